-- Assignments and what became of them, by the day of first submission, whoever did them.
--
-- The rows of submissions_by_day summed up over the trainers, for questions about no person. Where the scope names trainers submissions_by_day
-- itself is read in its place.
--
-- grain: campaign_id, vendor_id, task_type, guideline_version, time_basis, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id        text
--   vendor_id          text?
--   task_type          text
--   guideline_version  text?
--   time_basis         text
--   day                date
--   submitted          bigint
--   skipped            bigint
--   expired            bigint
--   attempts           bigint  submissions and resubmissions, edits not counted
--   reworked           bigint  assignments with more than one attempt
--   reviewed           bigint
--   first_accepted     bigint  without a fix
--   first_fixed        bigint
--   first_rejected     bigint
--   first_escalated    bigint
--   last_accepted      bigint  with or without a fix
--   last_rejected      bigint
--   rejections         bigint  events, also those overturned
--   overturned         bigint
--   gold_scored        bigint
--   gold_correct       bigint
--   gold_training      bigint
--   timed              bigint  with a known duration
--   seconds            double  of the first attempts of these
--   rework_seconds     double  of later attempts
select
    s.campaign_id,
    s.vendor_id,
    s.task_type,
    s.guideline_version,
    s.time_basis,
    s.day,
    cast(sum(s.submitted) as bigint) as submitted,
    cast(sum(s.skipped) as bigint) as skipped,
    cast(sum(s.expired) as bigint) as expired,
    cast(sum(s.attempts) as bigint) as attempts,
    cast(sum(s.reworked) as bigint) as reworked,
    cast(sum(s.reviewed) as bigint) as reviewed,
    cast(sum(s.first_accepted) as bigint) as first_accepted,
    cast(sum(s.first_fixed) as bigint) as first_fixed,
    cast(sum(s.first_rejected) as bigint) as first_rejected,
    cast(sum(s.first_escalated) as bigint) as first_escalated,
    cast(sum(s.last_accepted) as bigint) as last_accepted,
    cast(sum(s.last_rejected) as bigint) as last_rejected,
    cast(sum(s.rejections) as bigint) as rejections,
    cast(sum(s.overturned) as bigint) as overturned,
    cast(sum(s.gold_scored) as bigint) as gold_scored,
    cast(sum(s.gold_correct) as bigint) as gold_correct,
    cast(sum(s.gold_training) as bigint) as gold_training,
    cast(sum(s.timed) as bigint) as timed,
    sum(s.seconds) as seconds,
    sum(s.rework_seconds) as rework_seconds

from submissions_by_day as s

group by s.campaign_id, s.vendor_id, s.task_type, s.guideline_version, s.time_basis, s.day
