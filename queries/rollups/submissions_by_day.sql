-- Assignments and what became of them, by the day of first submission.
--
-- All counts but gold_* are of production work; gold_scored and gold_correct are of work scored against gold that was
-- not training (correct from a score of one half), gold_training is the training gold submitted. Skipped and expired work has the day
-- of the skip or expiry. An outcome is in one count; the first is as first given, the last with overturned rejections void.
--
-- grain: campaign_id, vendor_id, trainer_id, task_type, guideline_version, time_basis, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id        text
--   vendor_id          text?
--   trainer_id         text?
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
with

counted as (

    select
        a.*,
        a.submitted_at is not null as is_submitted,
        a.gold_kind = 'none' as is_production

    from assignments as a

    where a.submitted_at is not null
        or a.state in ('skipped', 'expired')

)

select
    c.campaign_id,
    c.vendor_id,
    c.trainer_id,
    c.task_type,
    c.guideline_version,
    c.time_basis,
    c.day,
    count(*) filter (where c.is_production and c.is_submitted) as submitted,
    count(*) filter (where c.is_production and c.state = 'skipped') as skipped,
    count(*) filter (where c.is_production and c.state = 'expired') as expired,
    cast(coalesce(sum(c.attempts) filter (where c.is_production), 0) as bigint) as attempts,
    count(*) filter (where c.is_production and c.attempts > 1) as reworked,
    count(*) filter (where c.is_production and c.first_outcome is not null) as reviewed,
    count(*) filter (where c.is_production and c.first_outcome = 'accepted') as first_accepted,
    count(*) filter (where c.is_production and c.first_outcome = 'accepted_with_fix') as first_fixed,
    count(*) filter (where c.is_production and c.first_outcome = 'rejected') as first_rejected,
    count(*) filter (where c.is_production and c.first_outcome = 'escalated') as first_escalated,
    count(*) filter (where c.is_production and c.last_outcome in ('accepted', 'accepted_with_fix')) as last_accepted,
    count(*) filter (where c.is_production and c.last_outcome = 'rejected') as last_rejected,
    cast(coalesce(sum(c.rejections) filter (where c.is_production), 0) as bigint) as rejections,
    cast(coalesce(sum(c.overturned) filter (where c.is_production), 0) as bigint) as overturned,
    count(*) filter (where c.gold_kind <> 'training' and c.gold_score is not null) as gold_scored,
    count(*) filter (where c.gold_kind <> 'training' and c.gold_score >= 0.5) as gold_correct,
    count(*) filter (where c.gold_kind = 'training' and c.is_submitted) as gold_training,
    count(*) filter (where c.is_production and c.is_submitted and c.duration_s is not null) as timed,
    coalesce(sum(c.duration_s) filter (where c.is_production and c.is_submitted), 0.0) as seconds,
    coalesce(sum(c.rework_s) filter (where c.is_production and c.is_submitted), 0.0) as rework_seconds

from counted as c

group by
    c.campaign_id, c.vendor_id, c.trainer_id, c.task_type, c.guideline_version, c.time_basis, c.day
