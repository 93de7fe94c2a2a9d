-- How much work is done again after a rejection.
--
-- Assignments on production items by the day of their first submission: how many were
-- submitted again, how often, and the seconds that took where they are known, whatever the
-- basis they were measured on. Edits are no rework. A recent submission may still come back.
--
-- grain: campaign_id
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id   text
--   submitted     bigint   assignments submitted
--   reworked      bigint   of these submitted again
--   loops         bigint   resubmissions in all
--   loops_each    double?  loops / reworked
--   rework_hours  double?  sum of the known durations of the resubmissions; unknown where none is
--   first_hours   double?  sum of the known durations of the first submissions
--   rework_time   double?  rework_hours / (first_hours + rework_hours)
--   rework_share  share(reworked / submitted)
with

sums as (

    select
        s.campaign_id,
        cast(sum(s.submitted) as bigint) as submitted,
        cast(sum(s.reworked) as bigint) as reworked,
        cast(sum(s.attempts - s.submitted) as bigint) as loops,
        case
            when sum(s.rework_seconds) > 0 then cast(sum(s.rework_seconds) as double) / 3600
            when sum(s.attempts - s.submitted) = 0 and sum(s.timed) > 0 then 0
        end as rework_hours,
        case when sum(s.timed) > 0 then cast(sum(s.seconds) as double) / 3600 end as first_hours

    from vendor_submissions_by_day as s

    where s.submitted > 0
        and s.day >= :since
        and s.day < :until

    group by s.campaign_id

)

select
    s.campaign_id,
    s.submitted,
    s.reworked,
    s.loops,
    cast(s.loops as double) / nullif(s.reworked, 0) as loops_each,
    s.rework_hours,
    s.first_hours,
    s.rework_hours / nullif(s.first_hours + s.rework_hours, 0) as rework_time

from sums as s

order by s.campaign_id
