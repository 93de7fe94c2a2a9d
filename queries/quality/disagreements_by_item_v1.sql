-- The items on which people disagree most over all questions, to be looked at first.
--
-- Items with at least two annotations, by the day of the last one, on which some answers differ; hidden gold counts,
-- training gold and the answers of reviewers and adjudicators do not. Agreement is the mean over the item's
-- questions of the share of pairs of annotations that give the same answer: first come the items with the
-- least, of these those with the most questions that differ, then those with the most annotations.
--
-- grain: campaign_id, item_id
-- params:
--   since  date    first day, inclusive
--   until  date    first day after the range
--   limit  bigint  at most so many
-- returns:
--   campaign_id  text
--   item_id      text
--   task_type    text
--   gold_kind    text
--   day          date    of the last annotation
--   annotations  bigint  of the question with the most
--   questions    bigint  with two or more annotations
--   differing    bigint  of these with different answers
--   agreement    double  0 to 1
with

-- An answer's part of its question's annotations adds up to 1 over the question, and is 1 where all agree.
totals as (

    select
        i.campaign_id,
        i.item_id,
        max(i.task_type) as task_type,
        max(i.gold_kind) as gold_kind,
        max(i.day) as day,
        max(i.annotations) as annotations,
        round(sum(cast(i.given as double) / i.annotations)) as questions,
        sum(case when i.given = i.annotations then 1 else 0 end) as unanimous,
        sum(i.given * (i.given - 1.0) / (i.annotations * (i.annotations - 1.0))) as agreed

    from item_answers as i

    where i.day >= :since
        and i.day < :until
        and i.annotations > 1
        and i.gold_kind <> 'training'

    group by i.campaign_id, i.item_id

),

differing as (

    select
        t.campaign_id,
        t.item_id,
        t.task_type,
        t.gold_kind,
        t.day,
        t.annotations,
        cast(t.questions as bigint) as questions,
        cast(t.questions - t.unanimous as bigint) as differing,
        -- Equal shares must stay equal, in whatever order they were added up.
        round(t.agreed / t.questions * 1000000000) / 1000000000 as agreement

    from totals as t

    where t.unanimous < t.questions

)

select
    d.campaign_id,
    d.item_id,
    d.task_type,
    d.gold_kind,
    d.day,
    d.annotations,
    d.questions,
    d.differing,
    d.agreement

from differing as d

order by
    d.agreement,
    d.differing desc,
    d.annotations desc,
    d.campaign_id,
    d.item_id

limit :limit
