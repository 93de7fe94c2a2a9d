-- What one trainer answered on gold items, the newest first, beside the right answer.
--
-- The answers that stand on hidden and training gold and on production items whose right answer is known,
-- by the day of first submission. The right answer is the one now in force; the score is what the source
-- gave then, so the two can differ where a gold answer was corrected.
--
-- grain: campaign_id, item_id, assignment_id, question_id
-- params:
--   trainer  text    the trainer asked about
--   since    date    first day of submission, inclusive
--   until    date    first day after the range
--   limit    bigint  at most so many
-- returns:
--   campaign_id    text
--   item_id        text
--   assignment_id  text
--   question_id    text
--   day            date
--   task_type      text
--   gold_kind      text     hidden, training, or none for production work
--   given_answer   text
--   right_answer   text?    empty where nobody says
--   is_right       boolean?
--   gold_score     double?  0 to 1, of the whole assignment
--   annotations    bigint   annotators' answers to the question
--   right_by       bigint   of these right, the trainer's included
with

gold_versions as (

    select
        g.campaign_id,
        g.item_id,
        g.question_id,
        g.answer,
        row_number() over (
            partition by g.campaign_id, g.item_id, g.question_id
            order by g.recorded_at desc, g.answer
        ) as place

    from gold_items as g

),

own as (

    select
        a.campaign_id,
        a.item_id,
        a.assignment_id,
        a.question_id,
        a.scale,
        a.day,
        a.task_type,
        a.gold_kind,
        a.value_text,
        g.answer

    from answers as a

    left join gold_versions as g
        on g.campaign_id = a.campaign_id
        and g.item_id = a.item_id
        and g.question_id = a.question_id
        and g.place = 1

    where a.trainer_id = :trainer
        and a.day >= :since
        and a.day < :until
        and (a.gold_kind <> 'none' or g.answer is not null)

),

everybody as (

    select
        o.campaign_id,
        o.item_id,
        o.assignment_id,
        o.question_id,
        max(i.annotations) as annotations,
        sum(case when i.value_text = o.answer then i.given else 0 end) as right_by

    from own as o

    inner join item_answers as i
        on i.campaign_id = o.campaign_id
        and i.item_id = o.item_id
        and i.question_id = o.question_id
        and i.scale = o.scale

    group by o.campaign_id, o.item_id, o.assignment_id, o.question_id

)

select
    o.campaign_id,
    o.item_id,
    o.assignment_id,
    o.question_id,
    o.day,
    o.task_type,
    o.gold_kind,
    o.value_text as given_answer,
    o.answer as right_answer,
    o.value_text = o.answer as is_right,
    s.gold_score,
    cast(coalesce(e.annotations, 0) as bigint) as annotations,
    cast(coalesce(e.right_by, 0) as bigint) as right_by

from own as o

left join everybody as e
    on e.campaign_id = o.campaign_id
    and e.item_id = o.item_id
    and e.assignment_id = o.assignment_id
    and e.question_id = o.question_id

left join assignments as s
    on s.campaign_id = o.campaign_id
    and s.item_id = o.item_id
    and s.assignment_id = o.assignment_id

order by o.day desc, o.campaign_id, o.item_id, o.assignment_id, o.question_id

limit :limit
