-- Hours worked per campaign, vendor and week.
--
-- The union of each person's work intervals, every pause beyond the idle limit cut off, so
-- that assignments open at the same time are not counted twice. claimed_hours is the naive
-- sum of all durations, for comparison. Gold and rework are work; durations of different
-- basis stay apart. Work without a real time is not known in hours.
--
-- grain: campaign_id, vendor_id, duration_basis, week
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   vendor_id       text?   empty where nobody says whose people they are
--   duration_basis  text    how the durations were measured
--   week            date    Monday of the week, UTC
--   hours           double  worked
--   claimed_hours   double  naive sum of the durations
--   intervals       bigint  pieces of work
--   cut             bigint  of these cut at the idle limit
--   people          bigint  who worked them
select
    h.campaign_id,
    h.vendor_id,
    h.duration_basis,
    cast(date_trunc('week', h.day) as date) as week,
    cast(sum(h.worked_s) as double) / 3600 as hours,
    cast(sum(h.claimed_s) as double) / 3600 as claimed_hours,
    cast(sum(h.intervals) as bigint) as intervals,
    cast(sum(h.cut) as bigint) as cut,
    count(distinct h.trainer_id) as people

from hours_by_day as h

where h.day >= :since
    and h.day < :until

group by
    h.campaign_id,
    h.vendor_id,
    h.duration_basis,
    cast(date_trunc('week', h.day) as date)

order by h.campaign_id, h.vendor_id, h.duration_basis, week
