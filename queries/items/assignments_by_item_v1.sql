-- Who worked on one item, and what became of it.
--
-- Every assignment of the item as it stands, gold, skipped and expired ones included. Times are left empty
-- where the source does not know them.
--
-- grain: assignment_id
-- params:
--   campaign  text
--   item      text
-- returns:
--   assignment_id      text
--   trainer_id         text?
--   vendor_id          text?
--   role               text?
--   task_type          text
--   guideline_version  text?
--   gold_kind          text
--   state              text        started, submitted, skipped, expired, accepted, rejected or escalated
--   pass_no            bigint      1 for the first to submit on the item, 0 if never submitted
--   attempts           bigint      submissions, rework included
--   started_at         timestamp?  UTC
--   submitted_at       timestamp?  first submission, UTC
--   duration_s         double?     seconds of the first attempt
--   duration_basis     text        how they were measured
--   rework_s           double?     seconds of later attempts
--   first_reviewed_at  timestamp?  UTC
--   first_outcome      text?       of the first review
--   first_reviewer_id  text?       who made it
--   last_reviewed_at   timestamp?  UTC
--   last_outcome       text?       of the latest review
--   rejections         bigint      rejection events
--   overturned         bigint      rejections that were overturned
--   gold_score         double?     0 to 1 where the item is gold
select
    a.assignment_id,
    a.trainer_id,
    a.vendor_id,
    a.role,
    a.task_type,
    a.guideline_version,
    a.gold_kind,
    a.state,
    a.pass_no,
    a.attempts,
    case when a.time_basis = 'recorded' then a.started_at end as started_at,
    case when a.time_basis = 'recorded' then a.submitted_at end as submitted_at,
    a.duration_s,
    a.duration_basis,
    a.rework_s,
    case when a.time_basis = 'recorded' then a.first_reviewed_at end as first_reviewed_at,
    a.first_outcome,
    a.first_reviewer_id,
    case when a.time_basis = 'recorded' then a.last_reviewed_at end as last_reviewed_at,
    a.last_outcome,
    a.rejections,
    a.overturned,
    a.gold_score

from assignments as a

where a.campaign_id = :campaign
    and a.item_id = :item

order by case when a.pass_no = 0 then 1 else 0 end, a.pass_no, a.assignment_id
