-- How long a submission waits for its first review.
--
-- Assignments on production items by the week of their first submission, reviewed before until; a
-- recent week knows only its quick reviews, and where only a share is reviewed the rest never
-- will be: `waiting` says how many are not. Work without a real time does not count.
--
-- grain: campaign_id, week
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id   text
--   week          date     Monday of the week of submission, UTC
--   submitted     bigint   assignments submitted
--   reviewed      bigint   of these reviewed before until
--   waiting       bigint   of these not yet, or never to be, reviewed
--   median_hours  double?  from submission to first review, of the reviewed
--   p90_hours     double?  nine in ten of the reviewed waited no longer
with

waits as (

    select
        a.campaign_id,
        cast(date_trunc('week', a.day) as date) as week,
        case
            when a.first_reviewed_at < cast(:until as timestamp)
            then cast(
                greatest(0, date_diff('second', a.submitted_at, a.first_reviewed_at)) as double
            ) / 3600
        end as hours

    from assignments as a

    where a.gold_kind = 'none'
        and a.time_basis = 'recorded'
        and a.submitted_at is not null
        and a.day >= :since
        and a.day < :until

)

select
    w.campaign_id,
    w.week,
    count(*) as submitted,
    count(w.hours) as reviewed,
    count(*) - count(w.hours) as waiting,
    quantile_cont(w.hours, 0.5) as median_hours,
    quantile_cont(w.hours, 0.9) as p90_hours

from waits as w

group by w.campaign_id, w.week

order by w.campaign_id, w.week
