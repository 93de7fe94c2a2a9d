-- How much work each campaign delivered in the last 7 days, against the 28 days before.
--
-- Production assignments by the day of first submission, and items by the day on which they became
-- accepted, less those that lost their acceptance. Days are calendar days, weekends and pauses included, so
-- that whole weeks are compared. Work of assumed times does not count. A change is unknown where there was
-- nothing before.
--
-- grain: campaign_id
-- params:
--   as_of  date  day asked about; the 7 days before it are compared
-- returns:
--   campaign_id             text
--   submitted               bigint   assignments submitted in the last 7 days
--   submitted_before        bigint   in the 28 days before
--   submitted_per_day       double
--   submitted_per_day_before  double
--   submitted_change        double?  per day, as a share of before: -0.2 is a fifth less
--   accepted_items          bigint   items accepted in the last 7 days, net
--   accepted_items_before   bigint   in the 28 days before
--   accepted_change         double?  per day, as a share of before
--   active_trainers         bigint   people with a submission in the last 7 days
--   active_trainers_before  double   mean of the four 7 days before
--   weeks_before            bigint   of the four 7 days before, those with a submission
with

work as (

    select
        s.campaign_id,
        -- 0 for the last 7 days, 1 to 4 for the 7 days before them and so on
        cast(floor((date_diff('day', s.day, :as_of) - 1) / 7.0) as bigint) as weeks_ago,
        sum(s.submitted) as submitted,
        count(distinct s.trainer_id) as active_trainers

    from submissions_by_day as s

    where s.day >= :as_of - interval '35' day
        and s.day < :as_of
        and s.time_basis = 'recorded'
        and s.submitted > 0

    group by s.campaign_id, cast(floor((date_diff('day', s.day, :as_of) - 1) / 7.0) as bigint)

),

submissions as (

    select
        w.campaign_id,
        sum(case when w.weeks_ago = 0 then w.submitted else 0 end) as submitted,
        sum(case when w.weeks_ago > 0 then w.submitted else 0 end) as submitted_before,
        sum(case when w.weeks_ago = 0 then w.active_trainers else 0 end) as active_trainers,
        sum(case when w.weeks_ago > 0 then w.active_trainers else 0 end) / 4.0 as active_trainers_before,
        sum(case when w.weeks_ago > 0 then 1 else 0 end) as weeks_before

    from work as w

    group by w.campaign_id

),

acceptances as (

    select
        f.campaign_id,
        sum(case when f.day >= :as_of - interval '7' day then f.entered - f.left_it else 0 end)
            as accepted_items,
        sum(case when f.day < :as_of - interval '7' day then f.entered - f.left_it else 0 end)
            as accepted_items_before

    from item_flow_by_day as f

    where f.day >= :as_of - interval '35' day
        and f.day < :as_of
        and f.time_basis = 'recorded'
        and f.state = 'accepted'

    group by f.campaign_id

),

active_campaigns as (

    select s.campaign_id from submissions as s

    union distinct

    select a.campaign_id from acceptances as a

),

sums as (

    select
        c.campaign_id,
        coalesce(s.submitted, 0) as submitted,
        coalesce(s.submitted_before, 0) as submitted_before,
        coalesce(a.accepted_items, 0) as accepted_items,
        coalesce(a.accepted_items_before, 0) as accepted_items_before,
        coalesce(s.active_trainers, 0) as active_trainers,
        coalesce(s.active_trainers_before, 0.0) as active_trainers_before,
        coalesce(s.weeks_before, 0) as weeks_before

    from active_campaigns as c

    left join submissions as s
        on s.campaign_id = c.campaign_id

    left join acceptances as a
        on a.campaign_id = c.campaign_id

)

select
    s.campaign_id,
    cast(s.submitted as bigint) as submitted,
    cast(s.submitted_before as bigint) as submitted_before,
    cast(s.submitted as double) / 7.0 as submitted_per_day,
    cast(s.submitted_before as double) / 28.0 as submitted_per_day_before,
    case
        when s.submitted_before > 0 then 4.0 * s.submitted / s.submitted_before - 1.0
    end as submitted_change,
    cast(s.accepted_items as bigint) as accepted_items,
    cast(s.accepted_items_before as bigint) as accepted_items_before,
    case
        when s.accepted_items_before > 0 then 4.0 * s.accepted_items / s.accepted_items_before - 1.0
    end as accepted_change,
    cast(s.active_trainers as bigint) as active_trainers,
    cast(s.active_trainers_before as double) as active_trainers_before,
    cast(s.weeks_before as bigint) as weeks_before

from sums as s

order by s.campaign_id
