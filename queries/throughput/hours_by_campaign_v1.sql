-- Hours worked per campaign.
--
-- The union of each person's work intervals, every pause beyond the idle limit cut off, so
-- that assignments open at the same time are not counted twice. claimed_hours is the naive
-- sum of all durations, for comparison. Gold and rework are work; durations of different
-- basis stay apart. Work without a real time is not known in hours.
--
-- grain: campaign_id, duration_basis
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   duration_basis  text    how the durations were measured
--   hours           double  worked
--   claimed_hours   double  naive sum of the durations
--   review_hours    double  of the hours, those of reviewers and adjudicators
--   intervals       bigint  pieces of work
--   cut             bigint  of these cut at the idle limit
--   people          bigint  who worked them
select
    h.campaign_id,
    h.duration_basis,
    cast(sum(h.worked_s) as double) / 3600 as hours,
    cast(sum(h.claimed_s) as double) / 3600 as claimed_hours,
    cast(sum(case when h.role in ('reviewer', 'adjudicator') then h.worked_s else 0 end) as double)
        / 3600 as review_hours,
    cast(sum(h.intervals) as bigint) as intervals,
    cast(sum(h.cut) as bigint) as cut,
    count(distinct h.trainer_id) as people

from hours_by_day as h

where h.day >= :since
    and h.day < :until

group by h.campaign_id, h.duration_basis

order by h.campaign_id, h.duration_basis
