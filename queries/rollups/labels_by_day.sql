-- How often each answer was given, by the day of first submission.
--
-- The answers that stand, training gold and the answers of reviewers and adjudicators left out.
--
-- grain: campaign_id, vendor_id, task_type, question_id, scale, value_text, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id  text
--   vendor_id    text?
--   task_type    text
--   question_id  text
--   scale        text
--   value_text   text
--   day          date
--   answers      bigint
select
    a.campaign_id,
    a.vendor_id,
    a.task_type,
    a.question_id,
    a.scale,
    a.value_text,
    a.day,
    count(*) as answers

from answers as a

where a.gold_kind <> 'training'
    and coalesce(a.role, 'annotator') not in ('reviewer', 'adjudicator')

group by a.campaign_id, a.vendor_id, a.task_type, a.question_id, a.scale, a.value_text, a.day
