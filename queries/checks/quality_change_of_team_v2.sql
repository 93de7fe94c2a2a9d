-- How the whole team's quality of the last 7 days compares with the 28 days before.
--
-- The figures of each campaign (see checks/quality_change_by_campaign_v2) over all campaigns. The raw
-- change moves when a hard campaign grows; the adjusted change does not: it is the mean of the changes of
-- the campaigns that have units in both periods, weighted by their units of the last 7 days. Handle time is
-- always like with like. One row, also where nothing is known.
--
-- grain: none
-- params:
--   as_of  date  day asked about; the 7 days before it are compared
-- returns:
--   campaigns                bigint   campaigns with any unit in the 35 days
--   gold_scored              bigint   hidden gold answers scored, last 7 days
--   gold_scored_before       bigint
--   gold_accuracy            double?  0 to 1
--   gold_accuracy_before     double?
--   gold_accuracy_change     double?  last 7 days less before
--   gold_accuracy_adjusted   double?  the same among like campaigns
--   reviewed                 bigint   assignments submitted in the last 7 days and reviewed
--   reviewed_before          bigint
--   first_pass               double?  0 to 1
--   first_pass_before        double?
--   first_pass_change        double?
--   first_pass_adjusted      double?
--   reviews                  bigint   reviews made in the last 7 days
--   reviews_before           bigint
--   rejection_rate           double?  rejections / reviews, 0 to 1
--   rejection_rate_before    double?
--   rejection_rate_change    double?
--   rejection_rate_adjusted  double?
--   items                    bigint   items with two or more annotations
--   items_before             bigint
--   agreement                double?  0 to 1
--   agreement_before         double?
--   agreement_change         double?
--   agreement_adjusted       double?
--   timed                    bigint   assignments with a known duration, of kinds timed in both periods
--   timed_before             bigint
--   handle_change            double?  as a share of before: 0.1 is a tenth longer
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

campaign_figures as (

    select
        u.figure,
        u.campaign_id,
        sum(case when u.is_now = 1 then u.n else 0 end) as n,
        sum(case when u.is_now = 0 then u.n else 0 end) as n_before,
        sum(case when u.is_now = 1 then u.x else 0.0 end) as x,
        sum(case when u.is_now = 0 then u.x else 0.0 end) as x_before

    from units as u

    where u.n > 0

    group by u.figure, u.campaign_id

),

like_with_like as (

    select
        f.figure,
        f.n,
        f.n_before,
        f.x,
        f.x_before,
        case when f.n > 0 and f.n_before > 0 then f.n end as shared_n,
        case when f.n > 0 and f.n_before > 0 then f.x - f.n * f.x_before / f.n_before end as moved

    from campaign_figures as f

),

team_figures as (

    select
        l.figure,
        sum(l.n) as n,
        sum(l.n_before) as n_before,
        case when sum(l.n) > 0 then sum(l.x) / sum(l.n) end as rate,
        case when sum(l.n_before) > 0 then sum(l.x_before) / sum(l.n_before) end as rate_before,
        sum(l.moved) / sum(l.shared_n) as adjusted

    from like_with_like as l

    group by l.figure

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
        coalesce(sum(k.n), 0) as n,
        coalesce(sum(k.n_before), 0) as n_before,
        exp(sum(k.logs - k.n * k.logs_before / k.n_before) / sum(k.n)) - 1.0 as moved

    from kinds as k

    where k.n > 0
        and k.n_before > 0

),

campaigns_counted as (

    select count(distinct f.campaign_id) as campaigns

    from campaign_figures as f

),

wide as (

    select
        coalesce(sum(case when t.figure = 'gold' then t.n end), 0) as gold_n,
        coalesce(sum(case when t.figure = 'gold' then t.n_before end), 0) as gold_n_before,
        max(case when t.figure = 'gold' then t.rate end) as gold,
        max(case when t.figure = 'gold' then t.rate_before end) as gold_before,
        max(case when t.figure = 'gold' then t.adjusted end) as gold_adjusted,
        coalesce(sum(case when t.figure = 'first pass' then t.n end), 0) as pass_n,
        coalesce(sum(case when t.figure = 'first pass' then t.n_before end), 0) as pass_n_before,
        max(case when t.figure = 'first pass' then t.rate end) as pass,
        max(case when t.figure = 'first pass' then t.rate_before end) as pass_before,
        max(case when t.figure = 'first pass' then t.adjusted end) as pass_adjusted,
        coalesce(sum(case when t.figure = 'rejection' then t.n end), 0) as review_n,
        coalesce(sum(case when t.figure = 'rejection' then t.n_before end), 0) as review_n_before,
        max(case when t.figure = 'rejection' then t.rate end) as rejection,
        max(case when t.figure = 'rejection' then t.rate_before end) as rejection_before,
        max(case when t.figure = 'rejection' then t.adjusted end) as rejection_adjusted,
        coalesce(sum(case when t.figure = 'agreement' then t.n end), 0) as item_n,
        coalesce(sum(case when t.figure = 'agreement' then t.n_before end), 0) as item_n_before,
        max(case when t.figure = 'agreement' then t.rate end) as agreement,
        max(case when t.figure = 'agreement' then t.rate_before end) as agreement_before,
        max(case when t.figure = 'agreement' then t.adjusted end) as agreement_adjusted

    from team_figures as t

)

select
    cast(c.campaigns as bigint) as campaigns,
    cast(w.gold_n as bigint) as gold_scored,
    cast(w.gold_n_before as bigint) as gold_scored_before,
    w.gold as gold_accuracy,
    w.gold_before as gold_accuracy_before,
    w.gold - w.gold_before as gold_accuracy_change,
    w.gold_adjusted as gold_accuracy_adjusted,
    cast(w.pass_n as bigint) as reviewed,
    cast(w.pass_n_before as bigint) as reviewed_before,
    w.pass as first_pass,
    w.pass_before as first_pass_before,
    w.pass - w.pass_before as first_pass_change,
    w.pass_adjusted as first_pass_adjusted,
    cast(w.review_n as bigint) as reviews,
    cast(w.review_n_before as bigint) as reviews_before,
    w.rejection as rejection_rate,
    w.rejection_before as rejection_rate_before,
    w.rejection - w.rejection_before as rejection_rate_change,
    w.rejection_adjusted as rejection_rate_adjusted,
    cast(w.item_n as bigint) as items,
    cast(w.item_n_before as bigint) as items_before,
    w.agreement,
    w.agreement_before,
    w.agreement - w.agreement_before as agreement_change,
    w.agreement_adjusted,
    cast(h.n as bigint) as timed,
    cast(h.n_before as bigint) as timed_before,
    h.moved as handle_change

from wide as w

cross join handle_times as h

cross join campaigns_counted as c

order by c.campaigns
