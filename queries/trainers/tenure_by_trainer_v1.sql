-- Since when each trainer works on a campaign, and when they were last at work.
--
-- All work before as_of by the day of first submission, gold included. Work of assumed times counts in what
-- was done, not in days: where a trainer has no other, the days are unknown. Work of unknown people is left
-- out.
--
-- grain: trainer_id, campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   trainer_id      text
--   vendor_id       text?    of the latest work
--   campaign_id     text
--   first_day       date?    first day with a submission
--   last_day        date?    last day with a submission
--   tenure_days     bigint?  days from the first one to as_of
--   idle_days       bigint?  whole days without a submission between the last one and as_of
--   active_days     bigint   days with a submission
--   active_days_28  bigint   of these in the last 28 days
--   submitted       bigint   production assignments submitted
--   scored          bigint   hidden gold answers scored
with

work as (

    select
        s.trainer_id,
        s.campaign_id,
        s.vendor_id,
        s.day,
        case
            when s.time_basis = 'recorded' and s.submitted + s.gold_scored + s.gold_training > 0 then s.day
        end as active_day,
        s.submitted,
        s.gold_scored,
        row_number() over (
            partition by s.trainer_id, s.campaign_id order by s.day desc, s.vendor_id
        ) as place

    from submissions_by_day as s

    where s.day < :as_of
        and s.trainer_id is not null

)

select
    w.trainer_id,
    max(case when w.place = 1 then w.vendor_id end) as vendor_id,
    w.campaign_id,
    min(w.active_day) as first_day,
    max(w.active_day) as last_day,
    cast(date_diff('day', min(w.active_day), :as_of) as bigint) as tenure_days,
    cast(date_diff('day', max(w.active_day), :as_of) - 1 as bigint) as idle_days,
    cast(count(distinct w.active_day) as bigint) as active_days,
    cast(
        count(distinct case when w.active_day >= :as_of - interval '28' day then w.active_day end)
        as bigint
    ) as active_days_28,
    cast(sum(w.submitted) as bigint) as submitted,
    cast(sum(w.gold_scored) as bigint) as scored

from work as w

group by w.trainer_id, w.campaign_id

order by w.trainer_id, w.campaign_id
