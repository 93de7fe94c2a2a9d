-- Krippendorff's coincidence matrix, by the day of an item's last annotation.
--
-- Of the items that at least two people annotated, training gold left out: each ordered pair of answers of different people
-- counts 1 / (people - 1), so that every answer counts once in all. Of a person who annotated an item more than once, as
-- happens with hidden gold, the first answer counts. Additive over days.
--
-- grain: campaign_id, task_type, question_id, scale, value_a, number_a, value_b, number_b, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id   text
--   task_type     text
--   question_id   text
--   scale         text
--   value_a       text
--   number_a      double?
--   value_b       text
--   number_b      double?
--   day           date
--   coincidences  double
with

answered as (

    select
        i.campaign_id,
        i.task_type,
        i.item_id,
        i.question_id,
        i.scale,
        i.day,
        i.value_text,
        i.value_number,
        i.first_given as given,
        i.people as annotations,
        coalesce(cast(i.value_number as text), '') as number_text

    from item_answers as i

    where i.people > 1
        and i.first_given > 0
        and i.gold_kind <> 'training'

),

pairs as (

    select
        a.campaign_id,
        a.task_type,
        a.question_id,
        a.scale,
        a.value_text as value_a,
        a.value_number as number_a,
        b.value_text as value_b,
        b.value_number as number_b,
        a.day,
        a.annotations,
        case
            when a.value_text = b.value_text and a.number_text = b.number_text then a.given * (b.given - 1)
            else a.given * b.given
        end as pairs

    from answered as a

    join answered as b
        on b.campaign_id = a.campaign_id
        and b.day = a.day
        and b.item_id = a.item_id
        and b.question_id = a.question_id
        and b.scale = a.scale

)

select
    p.campaign_id,
    p.task_type,
    p.question_id,
    p.scale,
    p.value_a,
    p.number_a,
    p.value_b,
    p.number_b,
    p.day,
    sum(cast(p.pairs as double) / (p.annotations - 1)) as coincidences

from pairs as p

where p.pairs > 0

group by
    p.campaign_id, p.task_type, p.question_id, p.scale, p.value_a, p.number_a, p.value_b, p.number_b, p.day
