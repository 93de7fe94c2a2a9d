-- The items on which people disagree most, to be looked at first.
--
-- Items on which the answers of at least two people are not all alike, by the day of the last annotation; hidden gold
-- counts, training gold and the answers of reviewers and adjudicators do not. Of a person who annotated an item more than
-- once the first answer counts. First come those on which the
-- fewest pairs of annotations agree, of these those whose numbers lie farthest apart, then those with the
-- most annotations. Where a question is named only its items are listed, and where answers are named only those to
-- which somebody gave each of them: the items behind a pair of answers that are taken for each other.
--
-- grain: campaign_id, item_id, question_id, scale
-- params:
--   question  text?   only this question
--   answer_a  text?   only items to which somebody gave this answer
--   answer_b  text?   and somebody this one
--   since     date    first day, inclusive
--   until     date    first day after the range
--   limit     bigint  at most so many
-- returns:
--   campaign_id     text
--   item_id         text
--   question_id     text
--   scale           text     nominal, ordinal or interval
--   task_type       text
--   gold_kind       text
--   day             date     of the last annotation
--   annotations     bigint   one of each person
--   labels          bigint   different answers
--   most_common     text     the answer of most, the first in the alphabet of equals
--   most_common_by  bigint   how many gave it
--   agreement       double   share of pairs of annotations that agree, 0 to 1
--   spread          double?  highest less lowest, where answers are numbers
with

ranked as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        i.scale,
        i.task_type,
        i.gold_kind,
        i.day,
        i.people as annotations,
        i.value_text,
        case when i.scale <> 'nominal' then i.value_number end as number_given,
        i.first_given as given,
        row_number() over (
            partition by i.campaign_id, i.item_id, i.question_id, i.scale
            order by i.first_given desc, i.value_text
        ) as place

    from item_answers as i

    where i.day >= :since
        and i.day < :until
        and i.people > 1
        and i.first_given > 0
        and i.first_given < i.people
        and i.gold_kind <> 'training'
        and (i.question_id = :question or cast(:question as text) is null)

),

disagreements as (

    select
        r.campaign_id,
        r.item_id,
        r.question_id,
        r.scale,
        max(r.task_type) as task_type,
        max(r.gold_kind) as gold_kind,
        max(r.day) as day,
        max(r.annotations) as annotations,
        count(*) as labels,
        max(case when r.place = 1 then r.value_text end) as most_common,
        max(r.given) as most_common_by,
        sum(r.given * (r.given - 1.0)) / (max(r.annotations) * (max(r.annotations) - 1.0)) as agreement,
        max(r.number_given) - min(r.number_given) as spread

    from ranked as r

    group by r.campaign_id, r.item_id, r.question_id, r.scale

    having (cast(:answer_a as text) is null or max(case when r.value_text = :answer_a then 1 else 0 end) = 1)
        and (cast(:answer_b as text) is null or max(case when r.value_text = :answer_b then 1 else 0 end) = 1)

)

select
    d.campaign_id,
    d.item_id,
    d.question_id,
    d.scale,
    d.task_type,
    d.gold_kind,
    d.day,
    d.annotations,
    cast(d.labels as bigint) as labels,
    d.most_common,
    cast(d.most_common_by as bigint) as most_common_by,
    d.agreement,
    d.spread

from disagreements as d

order by
    d.agreement,
    coalesce(d.spread, 0.0) desc,
    d.annotations desc,
    d.campaign_id,
    d.item_id,
    d.question_id,
    d.scale

limit :limit
