-- The answers that stand: those of each assignment's latest submission.
--
-- An edit or a resubmission replaces all answers of its assignment; answers of a rejected assignment stand until then.
-- An answer has the day of its assignment, that of the first submission, and the person its logins are merged into.
--
-- grain: campaign_id, item_id, assignment_id, question_id
-- refresh: item_id
-- returns:
--   assignment_id  text
--   item_id        text
--   campaign_id    text
--   trainer_id     text?
--   vendor_id      text?
--   role           text?
--   task_type      text
--   gold_kind      text
--   time_basis     text
--   question_id    text
--   scale          text
--   day            date
--   value_text     text
--   value_number   double?
--   pass_no        bigint   the assignment's place among the item's submitted ones
select
    a.assignment_id,
    a.item_id,
    a.campaign_id,
    a.trainer_id,
    a.vendor_id,
    a.role,
    a.task_type,
    a.gold_kind,
    a.time_basis,
    r.question_id,
    r.scale,
    a.day,
    r.value_text,
    r.value_number,
    a.pass_no

from annotation_responses as r

join assignments as a on a.last_event_id = r.event_id
