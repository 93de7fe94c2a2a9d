-- Since when each trainer works on a campaign, and when they were last at work.
--
-- All work before as_of by the day of first submission, gold included; a day with skips or expiries alone is none.
-- Work of assumed times counts in what was done, not in days: where a trainer has no other, the days are unknown. Work of
-- unknown people is left out.
--
-- grain: trainer_id, campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   trainer_id   text
--   campaign_id  text
--   first_day    date?    first day with a submission
--   last_day     date?    last day with a submission
--   tenure_days  bigint?  days from the first one to as_of
--   idle_days    bigint?  whole days without a submission between the last one and as_of
--   submitted    bigint   production assignments submitted
--   scored       bigint   hidden gold answers scored
with

spans as (

    select
        s.trainer_id,
        s.campaign_id,
        min(
            case when s.time_basis = 'recorded' and s.submitted + s.gold_scored + s.gold_training > 0 then s.day end
        ) as first_day,
        max(
            case when s.time_basis = 'recorded' and s.submitted + s.gold_scored + s.gold_training > 0 then s.day end
        ) as last_day,
        sum(s.submitted) as submitted,
        sum(s.gold_scored) as scored

    from submissions_by_day as s

    where s.day < :as_of
        and s.trainer_id is not null

    group by s.trainer_id, s.campaign_id

)

select
    s.trainer_id,
    s.campaign_id,
    s.first_day,
    s.last_day,
    cast(date_diff('day', s.first_day, :as_of) as bigint) as tenure_days,
    cast(date_diff('day', s.last_day, :as_of) - 1 as bigint) as idle_days,
    cast(s.submitted as bigint) as submitted,
    cast(s.scored as bigint) as scored

from spans as s

order by s.trainer_id, s.campaign_id
