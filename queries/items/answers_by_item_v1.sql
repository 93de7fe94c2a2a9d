-- What each person answered on one item, beside the gold answer and the others' answers.
--
-- The answers that stand. Given and annotations count those of annotators: the answer of a reviewer or an
-- adjudicator is shown and not counted. The gold answer is the one now in force.
--
-- grain: assignment_id, question_id
-- params:
--   campaign  text
--   item      text
-- returns:
--   assignment_id  text
--   trainer_id     text?
--   vendor_id      text?
--   role           text?
--   question_id    text
--   scale          text      nominal, ordinal or interval
--   value_text     text      the answer
--   value_number   double?   as a number, where it is one
--   given          bigint    annotations that gave this answer
--   annotations    bigint    annotations that answered the question
--   gold_answer    text?     the right answer, where the item is gold
--   is_right       boolean?  the answer is the gold answer
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

    where g.campaign_id = :campaign
        and g.item_id = :item

),

counts as (

    select
        i.question_id,
        i.scale,
        i.value_text,
        sum(i.given) as given,
        max(i.annotations) as annotations

    from item_answers as i

    where i.campaign_id = :campaign
        and i.item_id = :item

    group by i.question_id, i.scale, i.value_text

),

totals as (

    select
        c.question_id,
        c.scale,
        max(c.annotations) as annotations

    from counts as c

    group by c.question_id, c.scale

)

select
    a.assignment_id,
    a.trainer_id,
    a.vendor_id,
    a.role,
    a.question_id,
    a.scale,
    a.value_text,
    a.value_number,
    cast(coalesce(c.given, 0) as bigint) as given,
    cast(coalesce(t.annotations, 0) as bigint) as annotations,
    g.answer as gold_answer,
    a.value_text = g.answer as is_right

from answers as a

left join counts as c
    on c.question_id = a.question_id
    and c.scale = a.scale
    and c.value_text = a.value_text

left join totals as t
    on t.question_id = a.question_id
    and t.scale = a.scale

left join gold_versions as g
    on g.question_id = a.question_id
    and g.place = 1

where a.campaign_id = :campaign
    and a.item_id = :item

order by a.question_id, coalesce(c.given, 0) desc, a.value_text, a.assignment_id
