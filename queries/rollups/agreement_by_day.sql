-- Items that several people answered and how far they agreed, by the day of the last annotation.
--
-- Items with answers of at least two people to the question, training gold left out; of a person who answered more than once
-- the first answer counts.
--
-- grain: campaign_id, task_type, question_id, scale, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id  text
--   task_type    text
--   question_id  text
--   scale        text
--   day          date
--   items        bigint
--   annotations  bigint  one of each person
--   unanimous    bigint  items with one answer from all
--   pair_share   double  sum over items of the share of pairs that agree
with

answered as (

    select
        i.campaign_id,
        i.task_type,
        i.question_id,
        i.scale,
        i.day,
        i.item_id,
        max(i.people) as given_in_all,
        max(i.first_given) as most,
        sum(i.first_given * (i.first_given - 1)) as agreeing

    from item_answers as i

    where i.people > 1
        and i.first_given > 0
        and i.gold_kind <> 'training'

    group by i.campaign_id, i.task_type, i.question_id, i.scale, i.day, i.item_id

)

select
    a.campaign_id,
    a.task_type,
    a.question_id,
    a.scale,
    a.day,
    count(*) as items,
    cast(sum(a.given_in_all) as bigint) as annotations,
    count(*) filter (where a.most = a.given_in_all) as unanimous,
    sum(cast(a.agreeing as double) / (a.given_in_all * (a.given_in_all - 1))) as pair_share

from answered as a

group by a.campaign_id, a.task_type, a.question_id, a.scale, a.day
