-- The scores that would be others against the gold answers now in force.
--
-- Scored assignments of items of which a gold answer was corrected, training gold included. The score is the share
-- of the item's gold questions that were answered rightly, by the answers that stand; only assignments with an answer
-- to each of them are here, and only where it differs from the score that counts now. For a program (`python -m
-- warehouse gold`): besides the score each row holds what the event that states it anew has to say.
--
-- grain: campaign_id, item_id, assignment_id
-- params:
-- returns:
--   campaign_id        text
--   item_id            text
--   assignment_id      text
--   gold_score         double     the score that counts now
--   score              double     the score by the gold answers now in force
--   occurred_at        timestamp  when it was scored, UTC
--   time_basis         text
--   attempt_no         bigint
--   batch_id           text?
--   trainer_id         text?      the login, as the source wrote it
--   vendor_id          text?
--   role               text?
--   task_type          text
--   locale             text?
--   guideline_version  text?
--   gold_kind          text
with

corrected as (

    select distinct
        v.campaign_id,
        v.item_id

    from (

        select
            g.campaign_id,
            g.item_id,
            g.question_id

        from gold_items as g

        group by g.campaign_id, g.item_id, g.question_id

        having count(distinct g.answer) > 1 and count(distinct g.recorded_at) > 1

    ) as v

),

gold_versions as (

    select
        g.campaign_id,
        g.item_id,
        g.question_id,
        g.answer,
        row_number() over (
            partition by g.campaign_id, g.item_id, g.question_id
            order by g.recorded_at desc, g.answer
        ) as place,
        c.item_id as corrected_id

    from gold_items as g

    inner join corrected as c
        on c.campaign_id = g.campaign_id
        and c.item_id = g.item_id

),

asked as (

    select
        v.campaign_id,
        v.item_id,
        count(*) as questions

    from gold_versions as v

    where v.place = 1

    group by v.campaign_id, v.item_id

),

scores as (

    select
        a.campaign_id,
        a.item_id,
        a.assignment_id,
        avg(case when a.value_text = v.answer then 1.0 else 0.0 end) as score,
        count(*) as answered

    from answers as a

    inner join gold_versions as v
        on v.campaign_id = a.campaign_id
        and v.item_id = a.item_id
        and v.question_id = a.question_id
        and v.place = 1

    group by a.campaign_id, a.item_id, a.assignment_id

),

events as (

    select
        e.*,
        row_number() over (
            partition by e.campaign_id, e.item_id, e.assignment_id
            order by e.occurred_at desc, e.attempt_no desc, e.recorded_at desc, e.event_id desc
        ) as place

    from annotation_events as e

    inner join corrected as c
        on c.campaign_id = e.campaign_id
        and c.item_id = e.item_id

    where e.event_type = 'gold_scored'
        and e.assignment_id is not null

)

select
    s.campaign_id,
    s.item_id,
    s.assignment_id,
    w.gold_score,
    s.score,
    e.occurred_at,
    e.time_basis,
    e.attempt_no,
    e.batch_id,
    e.trainer_id,
    e.vendor_id,
    e.role,
    e.task_type,
    e.locale,
    e.guideline_version,
    e.gold_kind

from scores as s

inner join asked as q
    on q.campaign_id = s.campaign_id
    and q.item_id = s.item_id
    and q.questions = s.answered

inner join assignments as w
    on w.campaign_id = s.campaign_id
    and w.item_id = s.item_id
    and w.assignment_id = s.assignment_id

inner join events as e
    on e.campaign_id = s.campaign_id
    and e.item_id = s.item_id
    and e.assignment_id = s.assignment_id
    and e.place = 1

where w.gold_score is not null
    and abs(w.gold_score - s.score) > 0.000001

order by s.campaign_id, s.item_id, s.assignment_id
