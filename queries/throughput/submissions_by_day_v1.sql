-- Annotations submitted per campaign, vendor and day, and how many people made them.
--
-- Assignments on production items by the day of their first submission; edits and
-- resubmissions do not count again. Skips count apart; gold counts in neither. Work
-- without a real time is not dated and does not count.
--
-- grain: campaign_id, vendor_id, day
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id      text
--   vendor_id        text?   empty where nobody says whose people they are
--   day              date    UTC
--   submitted        bigint  assignments submitted
--   skipped          bigint  assignments skipped
--   active_trainers  bigint  people who submitted at least one
select
    s.campaign_id,
    s.vendor_id,
    s.day,
    cast(sum(s.submitted) as bigint) as submitted,
    cast(sum(s.skipped) as bigint) as skipped,
    count(distinct case when s.submitted > 0 then s.trainer_id end) as active_trainers

from submissions_by_day as s

where s.time_basis = 'recorded'
    and s.submitted + s.skipped > 0
    and s.day >= :since
    and s.day < :until

group by s.campaign_id, s.vendor_id, s.day

order by s.campaign_id, s.vendor_id, s.day
