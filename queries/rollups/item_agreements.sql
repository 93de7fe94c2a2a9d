-- How much people agree on an item, over all its questions.
--
-- Items with answers of at least two people to a question, by the day of the last one; training gold, the answers of reviewers and
-- adjudicators, and what a person answered a second time left out. Agreement is the mean over these questions of the share of pairs of annotations that give the
-- same answer.
--
-- grain: campaign_id, item_id
-- refresh: item_id
-- returns:
--   item_id      text
--   campaign_id  text
--   task_type    text
--   gold_kind    text
--   day          date
--   annotations  bigint  of the question with the most
--   questions    bigint  with two or more annotations
--   differing    bigint  of these with different answers
--   agreement    double  0 to 1
with

-- An answer's part of its question's people adds up to 1 over the question, and is 1 where all agree.
totals as (

    select
        i.item_id,
        i.campaign_id,
        max(i.task_type) as task_type,
        max(i.gold_kind) as gold_kind,
        max(i.day) as day,
        max(i.people) as annotations,
        round(sum(cast(i.first_given as double) / i.people)) as questions,
        sum(case when i.first_given = i.people then 1 else 0 end) as unanimous,
        sum(i.first_given * (i.first_given - 1.0) / (i.people * (i.people - 1.0))) as agreed

    from item_answers as i

    where i.people > 1
        and i.first_given > 0
        and i.gold_kind <> 'training'

    group by i.item_id, i.campaign_id

)

select
    t.item_id,
    t.campaign_id,
    t.task_type,
    t.gold_kind,
    t.day,
    t.annotations,
    cast(t.questions as bigint) as questions,
    cast(t.questions - t.unanimous as bigint) as differing,
    -- Equal shares must stay equal, in whatever order they were added up.
    round(t.agreed / t.questions * 1000000000) / 1000000000 as agreement

from totals as t
