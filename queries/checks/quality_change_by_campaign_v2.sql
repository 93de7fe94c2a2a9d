-- How each campaign's quality of the last 7 days compares with the 28 days before.
--
-- Gold accuracy (hidden gold) and first pass (of what is reviewed so far) are dated by the first
-- submission, the rejection rate by the review, agreement (the share of pairs of people that agree, mean over items)
-- by the item's last annotation. Handle time compares like with like: per task type and way of measuring,
-- on the log scale, weighted by the last 7 days. Work of assumed times does not count in what is dated by
-- submission or review. A figure without units in a period is unknown there, and so is its change.
--
-- grain: campaign_id
-- params:
--   as_of  date  day asked about; the 7 days before it are compared
-- returns:
--   campaign_id            text
--   gold_scored            bigint   hidden gold answers scored, last 7 days
--   gold_scored_before     bigint
--   gold_accuracy          double?  0 to 1
--   gold_accuracy_before   double?
--   gold_accuracy_change   double?  last 7 days less before
--   reviewed               bigint   assignments submitted in the last 7 days and reviewed
--   reviewed_before        bigint
--   first_pass             double?  0 to 1
--   first_pass_before      double?
--   first_pass_change      double?
--   reviews                bigint   reviews made in the last 7 days
--   reviews_before         bigint
--   rejection_rate         double?  rejections / reviews, 0 to 1
--   rejection_rate_before  double?
--   rejection_rate_change  double?
--   items                  bigint   items with two or more annotations
--   items_before           bigint
--   agreement              double?  0 to 1
--   agreement_before       double?
--   agreement_change       double?
--   timed                  bigint   assignments with a known duration, of kinds timed in both periods
--   timed_before           bigint
--   handle_seconds         double?  typical seconds: the mean on the log scale
--   handle_seconds_before  double?  of the same mix of task types
--   handle_change          double?  as a share of before: 0.1 is a tenth longer
with

units as (

    select
        s.campaign_id,
        'gold' as figure,
        case when s.day >= :as_of - interval '7' day then 1 else 0 end as is_now,
        cast(s.gold_correct as double) as x,
        s.gold_scored as n

    from vendor_submissions_by_day as s

    where s.day >= :as_of - interval '35' day
        and s.day < :as_of
        and s.time_basis = 'recorded'

    union all

    select
        s.campaign_id,
        'first pass' as figure,
        case when s.day >= :as_of - interval '7' day then 1 else 0 end as is_now,
        cast(s.first_accepted + s.first_fixed as double) as x,
        s.reviewed as n

    from vendor_submissions_by_day as s

    where s.day >= :as_of - interval '35' day
        and s.day < :as_of
        and s.time_basis = 'recorded'

    union all

    select
        r.campaign_id,
        'rejection' as figure,
        case when r.day >= :as_of - interval '7' day then 1 else 0 end as is_now,
        cast(r.rejected as double) as x,
        r.reviews as n

    from reviews_by_day as r

    where r.day >= :as_of - interval '35' day
        and r.day < :as_of
        and r.time_basis = 'recorded'

    union all

    select
        a.campaign_id,
        'agreement' as figure,
        case when a.day >= :as_of - interval '7' day then 1 else 0 end as is_now,
        a.pair_share as x,
        a.items as n

    from agreement_by_day as a

    where a.day >= :as_of - interval '35' day
        and a.day < :as_of

),

figures as (

    select
        u.campaign_id,
        sum(case when u.figure = 'gold' and u.is_now = 1 then u.n else 0 end) as gold_n,
        sum(case when u.figure = 'gold' and u.is_now = 0 then u.n else 0 end) as gold_n_before,
        sum(case when u.figure = 'gold' and u.is_now = 1 then u.x else 0 end) as gold_x,
        sum(case when u.figure = 'gold' and u.is_now = 0 then u.x else 0 end) as gold_x_before,
        sum(case when u.figure = 'first pass' and u.is_now = 1 then u.n else 0 end) as pass_n,
        sum(case when u.figure = 'first pass' and u.is_now = 0 then u.n else 0 end) as pass_n_before,
        sum(case when u.figure = 'first pass' and u.is_now = 1 then u.x else 0 end) as pass_x,
        sum(case when u.figure = 'first pass' and u.is_now = 0 then u.x else 0 end) as pass_x_before,
        sum(case when u.figure = 'rejection' and u.is_now = 1 then u.n else 0 end) as review_n,
        sum(case when u.figure = 'rejection' and u.is_now = 0 then u.n else 0 end) as review_n_before,
        sum(case when u.figure = 'rejection' and u.is_now = 1 then u.x else 0 end) as review_x,
        sum(case when u.figure = 'rejection' and u.is_now = 0 then u.x else 0 end) as review_x_before,
        sum(case when u.figure = 'agreement' and u.is_now = 1 then u.n else 0 end) as item_n,
        sum(case when u.figure = 'agreement' and u.is_now = 0 then u.n else 0 end) as item_n_before,
        sum(case when u.figure = 'agreement' and u.is_now = 1 then u.x else 0 end) as item_x,
        sum(case when u.figure = 'agreement' and u.is_now = 0 then u.x else 0 end) as item_x_before

    from units as u

    group by u.campaign_id

),

-- a kind of work, with the logarithms of its durations read from the middle of their buckets
kinds as (

    select
        d.campaign_id,
        d.task_type,
        d.duration_basis,
        sum(case when d.day >= :as_of - interval '7' day then d.assignments else 0 end) as n,
        sum(case when d.day < :as_of - interval '7' day then d.assignments else 0 end) as n_before,
        sum(case when d.day >= :as_of - interval '7' day then d.assignments * (d.bucket - 0.5) else 0 end)
            * ln(1.02) as logs,
        sum(case when d.day < :as_of - interval '7' day then d.assignments * (d.bucket - 0.5) else 0 end)
            * ln(1.02) as logs_before

    from durations_by_day as d

    where d.day >= :as_of - interval '35' day
        and d.day < :as_of

    group by d.campaign_id, d.task_type, d.duration_basis

),

handle_times as (

    select
        k.campaign_id,
        sum(k.n) as n,
        sum(k.n_before) as n_before,
        exp(sum(k.logs) / sum(k.n)) as seconds,
        exp(sum(k.n * k.logs_before / k.n_before) / sum(k.n)) as seconds_before

    from kinds as k

    where k.n > 0
        and k.n_before > 0

    group by k.campaign_id

),

rates as (

    select
        f.campaign_id,
        f.gold_n,
        f.gold_n_before,
        case when f.gold_n > 0 then f.gold_x / f.gold_n end as gold,
        case when f.gold_n_before > 0 then f.gold_x_before / f.gold_n_before end as gold_before,
        f.pass_n,
        f.pass_n_before,
        case when f.pass_n > 0 then f.pass_x / f.pass_n end as pass,
        case when f.pass_n_before > 0 then f.pass_x_before / f.pass_n_before end as pass_before,
        f.review_n,
        f.review_n_before,
        case when f.review_n > 0 then f.review_x / f.review_n end as rejection,
        case when f.review_n_before > 0 then f.review_x_before / f.review_n_before end as rejection_before,
        f.item_n,
        f.item_n_before,
        case when f.item_n > 0 then f.item_x / f.item_n end as agreement,
        case when f.item_n_before > 0 then f.item_x_before / f.item_n_before end as agreement_before

    from figures as f

)

select
    r.campaign_id,
    cast(r.gold_n as bigint) as gold_scored,
    cast(r.gold_n_before as bigint) as gold_scored_before,
    r.gold as gold_accuracy,
    r.gold_before as gold_accuracy_before,
    r.gold - r.gold_before as gold_accuracy_change,
    cast(r.pass_n as bigint) as reviewed,
    cast(r.pass_n_before as bigint) as reviewed_before,
    r.pass as first_pass,
    r.pass_before as first_pass_before,
    r.pass - r.pass_before as first_pass_change,
    cast(r.review_n as bigint) as reviews,
    cast(r.review_n_before as bigint) as reviews_before,
    r.rejection as rejection_rate,
    r.rejection_before as rejection_rate_before,
    r.rejection - r.rejection_before as rejection_rate_change,
    cast(r.item_n as bigint) as items,
    cast(r.item_n_before as bigint) as items_before,
    r.agreement,
    r.agreement_before,
    r.agreement - r.agreement_before as agreement_change,
    cast(coalesce(h.n, 0) as bigint) as timed,
    cast(coalesce(h.n_before, 0) as bigint) as timed_before,
    h.seconds as handle_seconds,
    h.seconds_before as handle_seconds_before,
    h.seconds / h.seconds_before - 1.0 as handle_change

from rates as r

left join handle_times as h
    on h.campaign_id = r.campaign_id

order by r.campaign_id
