-- Seconds worked per vendor and day, whoever worked them.
--
-- The rows of hours_by_day summed up over the trainers, for questions about no person. Where the scope names trainers hours_by_day
-- itself is read in its place.
--
-- grain: campaign_id, vendor_id, role, task_type, locale, category, duration_basis, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id     text
--   vendor_id       text?
--   role            text
--   task_type       text
--   locale          text?
--   category        text
--   duration_basis  text
--   day             date
--   intervals       bigint  pieces of work that ended on the day
--   cut             bigint  of these shorter than their duration
--   worked_s        double  seconds of the union
--   claimed_s       double  sum of the durations
--   payable_s       double  seconds of the union without a cost of their own
select
    s.campaign_id,
    s.vendor_id,
    s.role,
    s.task_type,
    s.locale,
    s.category,
    s.duration_basis,
    s.day,
    cast(sum(s.intervals) as bigint) as intervals,
    cast(sum(s.cut) as bigint) as cut,
    sum(s.worked_s) as worked_s,
    sum(s.claimed_s) as claimed_s,
    sum(s.payable_s) as payable_s

from hours_by_day as s

group by s.campaign_id, s.vendor_id, s.role, s.task_type, s.locale, s.category, s.duration_basis, s.day
