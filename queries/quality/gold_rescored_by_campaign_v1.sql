-- What gold accuracy would be if every answer were scored against the gold answers now in force.
--
-- Scored gold, training gold left out, by the day of first submission. As scored is what the source said
-- then; rescored compares the answers that stand with the latest gold answer of each question, and is right
-- if all of them are. Only assignments that have both are compared; changed are those of which the two say
-- different things. The scores of the past stay as they are.
--
-- grain: campaign_id
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id        text
--   scored             bigint  assignments scored then that can be scored again
--   correct            bigint  of these right as scored
--   rescored_correct   bigint  of these right against the gold answers now in force
--   changed            bigint  of these, the two differ
--   items_changed      bigint  gold items with such an assignment
--   accuracy           share(correct / scored)           0 to 1, 95 % Wilson interval
--   rescored_accuracy  share(rescored_correct / scored)  0 to 1, 95 % Wilson interval
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

compared as (

    select
        a.campaign_id,
        a.item_id,
        a.assignment_id,
        min(case when a.value_text = g.answer then 1 else 0 end) as is_right_now

    from answers as a

    inner join gold_versions as g
        on g.campaign_id = a.campaign_id
        and g.item_id = a.item_id
        and g.question_id = a.question_id
        and g.place = 1

    where a.day >= :since
        and a.day < :until
        and a.gold_kind <> 'training'

    group by a.campaign_id, a.item_id, a.assignment_id

),

scores as (

    select
        c.campaign_id,
        c.item_id,
        c.is_right_now,
        case when s.gold_score >= 0.5 then 1 else 0 end as was_right

    from compared as c

    inner join assignments as s
        on s.campaign_id = c.campaign_id
        and s.item_id = c.item_id
        and s.assignment_id = c.assignment_id

    where s.gold_score is not null

)

select
    s.campaign_id,
    cast(count(*) as bigint) as scored,
    cast(sum(s.was_right) as bigint) as correct,
    cast(sum(s.is_right_now) as bigint) as rescored_correct,
    cast(count(*) filter (where s.was_right <> s.is_right_now) as bigint) as changed,
    cast(count(distinct case when s.was_right <> s.is_right_now then s.item_id end) as bigint)
        as items_changed

from scores as s

group by s.campaign_id

order by s.campaign_id
