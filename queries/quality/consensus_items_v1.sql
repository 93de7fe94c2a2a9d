-- The items whose most common answer is not the probable one, or on which nothing is certain, first.
--
-- Items with two or more annotations, as the newest run of the question weighed them. First those where weighing
-- and majority differ, a tie included, the surest first: there a count of votes is most probably wrong. Then the
-- others, the least certain first. The gold answer is the one now in force.
--
-- grain: item_id
-- params:
--   campaign  text
--   question  text
--   limit     bigint  at most so many
-- returns:
--   campaign_id  text
--   item_id      text
--   weighed      text     the probable answer
--   certainty    double   how probable it is, 0 to 1
--   majority     text?    the most common answer; empty where several are as common
--   majority_by  bigint   how many gave it
--   annotations  bigint
--   differs      boolean
--   gold_answer  text?
with

gold_versions as (

    select
        g.item_id,
        g.answer,
        row_number() over (partition by g.item_id order by g.recorded_at desc, g.answer) as place

    from gold_items as g

    where g.campaign_id = :campaign
        and g.question_id = :question

)

select
    c.campaign_id,
    c.item_id,
    c.answer as weighed,
    c.certainty,
    case when c.equals = 1 then c.majority end as majority,
    c.majority_by,
    c.annotations,
    c.equals > 1 or c.answer <> c.majority as differs,
    g.answer as gold_answer

from consensus_items as c

left join gold_versions as g
    on g.item_id = c.item_id
    and g.place = 1

where c.campaign_id = :campaign
    and c.question_id = :question
    and c.annotations > 1

order by
    case when c.equals > 1 or c.answer <> c.majority then 0 else 1 end,
    case when c.equals > 1 or c.answer <> c.majority then -c.certainty else c.certainty end,
    c.item_id

limit :limit
