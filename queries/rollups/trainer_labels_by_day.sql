-- How often each person gave each answer, by the day of first submission.
--
-- The answers that stand to nominal and ordinal questions, training gold and the answers of reviewers and adjudicators left
-- out, as those of unknown people.
--
-- grain: campaign_id, vendor_id, trainer_id, question_id, scale, value_text, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id  text
--   vendor_id    text?
--   trainer_id   text
--   question_id  text
--   scale        text    nominal or ordinal
--   value_text   text
--   day          date
--   answers      bigint
with

counted as (

    select
        a.campaign_id,
        a.vendor_id,
        a.trainer_id,
        a.question_id,
        a.scale,
        a.value_text,
        a.day,
        count(*) as answers

    from answers as a

    where a.scale <> 'interval'
        and a.gold_kind <> 'training'
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')
        and a.trainer_id is not null

    group by a.campaign_id, a.vendor_id, a.trainer_id, a.question_id, a.scale, a.value_text, a.day

)

select
    c.campaign_id,
    c.vendor_id,
    c.trainer_id,
    c.question_id,
    c.scale,
    c.value_text,
    c.day,
    c.answers

from counted as c

-- what is grouped together lies together
order by date_trunc('month', c.day), c.campaign_id, c.question_id, c.trainer_id, c.value_text, c.day
