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

-- a trainer's day first: several task types, sources and vendors make several rows of it
days as (

    select
        s.trainer_id,
        s.campaign_id,
        s.day,
        min(s.vendor_id) as vendor_id,
        max(
            case
                when s.time_basis = 'recorded' and s.submitted + s.gold_scored + s.gold_training > 0 then 1
                else 0
            end
        ) as is_active,
        sum(s.submitted) as submitted,
        sum(s.gold_scored) as gold_scored

    from submissions_by_day as s

    where s.day < :as_of
        and s.trainer_id is not null

    group by s.trainer_id, s.campaign_id, s.day

),

spans as (

    select
        d.trainer_id,
        d.campaign_id,
        max(d.day) as newest,
        min(case when d.is_active = 1 then d.day end) as first_day,
        max(case when d.is_active = 1 then d.day end) as last_day,
        sum(d.is_active) as active_days,
        sum(case when d.day >= :as_of - interval '28' day then d.is_active else 0 end) as active_days_28,
        sum(d.submitted) as submitted,
        sum(d.gold_scored) as scored

    from days as d

    group by d.trainer_id, d.campaign_id

)

select
    w.trainer_id,
    d.vendor_id,
    w.campaign_id,
    w.first_day,
    w.last_day,
    cast(date_diff('day', w.first_day, :as_of) as bigint) as tenure_days,
    cast(date_diff('day', w.last_day, :as_of) - 1 as bigint) as idle_days,
    cast(w.active_days as bigint) as active_days,
    cast(w.active_days_28 as bigint) as active_days_28,
    cast(w.submitted as bigint) as submitted,
    cast(w.scored as bigint) as scored

from spans as w

inner join days as d
    on d.trainer_id = w.trainer_id
    and d.campaign_id = w.campaign_id
    and d.day = w.newest

order by w.trainer_id, w.campaign_id
