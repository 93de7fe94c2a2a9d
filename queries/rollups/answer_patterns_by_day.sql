-- How many items were answered in the same way: so many people gave this answer, so many that.
--
-- Items that two or more people annotated, by the day of the last annotation, training gold left out; of a person who annotated
-- an item more than once the first answer counts. A pattern is an item's answers to a question
-- with how many gave each; it has a row for each of its answers, all with the number of items that show it. What
-- depends on an item through its answers only, as the jackknife of alpha does, is computed once per pattern.
--
-- grain: campaign_id, question_id, scale, pattern, value_text, value_number, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id   text
--   question_id   text
--   scale         text
--   pattern       text     length:answer*times=thousandths of its number, one after the other
--   value_text    text
--   value_number  double?
--   day           date
--   given         bigint   people with this answer
--   annotations   bigint   people who answered
--   items         bigint   with this pattern
with

answered as (

    select
        i.campaign_id,
        i.question_id,
        i.scale,
        i.item_id,
        i.day,
        i.value_text,
        i.value_number,
        i.first_given as given,
        i.people as annotations,
        concat(
            cast(length(i.value_text) as text), ':', i.value_text, '*', cast(i.first_given as text),
            -- in thousandths, which every engine writes alike
            case
                when i.value_number is null then ''
                else concat('=', cast(cast(round(i.value_number * 1000) as bigint) as text))
            end
        ) as part

    from item_answers as i

    where i.people > 1
        and i.first_given > 0
        and i.gold_kind <> 'training'

),

patterns as (

    select
        a.campaign_id,
        a.question_id,
        a.scale,
        a.item_id,
        a.day,
        string_agg(a.part, '; ' order by a.part collate "C") as pattern

    from answered as a

    group by a.campaign_id, a.question_id, a.scale, a.item_id, a.day

)

select
    a.campaign_id,
    a.question_id,
    a.scale,
    p.pattern,
    a.value_text,
    a.value_number,
    a.day,
    a.given,
    a.annotations,
    count(*) as items

from answered as a

inner join patterns as p
    on p.campaign_id = a.campaign_id
    and p.question_id = a.question_id
    and p.scale = a.scale
    and p.item_id = a.item_id
    and p.day = a.day

group by
    a.campaign_id,
    a.question_id,
    a.scale,
    p.pattern,
    a.value_text,
    a.value_number,
    a.day,
    a.given,
    a.annotations
