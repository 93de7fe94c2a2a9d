-- The assignments behind a trainer's figures, the newest first.
--
-- Every assignment of the trainer in the range as it stands now, whatever its state; gold is listed and
-- marked as such. Times are left empty where the source does not know them.
--
-- grain: campaign_id, item_id, assignment_id
-- params:
--   trainer  text    the trainer asked about
--   since    date    first day, inclusive
--   until    date    first day after the range
--   limit    bigint  at most so many
-- returns:
--   assignment_id      text
--   item_id            text
--   campaign_id        text
--   task_type          text
--   gold_kind          text        none, training or hidden
--   state              text        started, submitted, skipped, expired, accepted, rejected or escalated
--   day                date        of first submission, or of the start, skip or expiry
--   submitted_at       timestamp?  first submission, UTC
--   guideline_version  text?
--   attempts           bigint      submissions, rework included
--   duration_s         double?     seconds of the first attempt
--   duration_basis     text        how they were measured
--   first_outcome      text?       of the first review
--   first_reviewer_id  text?       who made it
--   last_outcome       text?       of the latest review
--   rejections         bigint      rejection events
--   overturned         bigint      rejections that were overturned
--   gold_score         double?     0 to 1 where the item is gold
select
    a.assignment_id,
    a.item_id,
    a.campaign_id,
    a.task_type,
    a.gold_kind,
    a.state,
    a.day,
    case when a.time_basis = 'recorded' then a.submitted_at end as submitted_at,
    a.guideline_version,
    a.attempts,
    a.duration_s,
    a.duration_basis,
    a.first_outcome,
    a.first_reviewer_id,
    a.last_outcome,
    a.rejections,
    a.overturned,
    a.gold_score

from assignments as a

where a.trainer_id = :trainer
    and a.day >= :since
    and a.day < :until

order by a.day desc, a.submitted_at desc nulls last, a.campaign_id, a.item_id, a.assignment_id

limit :limit
