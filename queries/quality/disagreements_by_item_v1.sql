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

asked as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        i.scale,
        max(i.task_type) as task_type,
        max(i.gold_kind) as gold_kind,
        max(i.day) as day,
        max(i.annotations) as annotations,
        max(i.given) as most_given,
        sum(i.given * (i.given - 1.0)) / (max(i.annotations) * (max(i.annotations) - 1.0)) as agreement

    from item_answers as i

    where i.day >= :since
        and i.day < :until
        and i.annotations > 1
        and i.gold_kind <> 'training'

    group by i.campaign_id, i.item_id, i.question_id, i.scale

),

totals as (

    select
        a.campaign_id,
        a.item_id,
        max(a.task_type) as task_type,
        max(a.gold_kind) as gold_kind,
        max(a.day) as day,
        max(a.annotations) as annotations,
        count(*) as questions,
        sum(case when a.most_given < a.annotations then 1 else 0 end) as differing,
        avg(a.agreement) as agreement

    from asked as a

    group by a.campaign_id, a.item_id

)

select
    t.campaign_id,
    t.item_id,
    t.task_type,
    t.gold_kind,
    t.day,
    t.annotations,
    cast(t.questions as bigint) as questions,
    cast(t.differing as bigint) as differing,
    t.agreement

from totals as t

where t.differing > 0

order by
    t.agreement,
    t.differing desc,
    t.annotations desc,
    t.campaign_id,
    t.item_id

limit :limit
