-- Where people's answers were weighed against each other, how often the probable answer is right, and whether
-- newer answers have come since.
--
-- The newest run of each question (`python -m warehouse consensus`). Where an item has a gold answer, the one
-- now in force tells what is right; of answers that are equally common the majority is right by a half, a
-- third and so on. A run is stale when submissions of the campaign were recorded after it read them.
--
-- grain: campaign_id, question_id
-- params:
-- returns:
--   campaign_id        text
--   question_id        text
--   method             text
--   computed_at        timestamp  UTC
--   known_until        timestamp  when the newest event was recorded that the run could read, UTC
--   is_stale           boolean    newer submissions are there
--   items              bigint     items weighed: those that several people answered
--   people             bigint
--   answers            bigint
--   differing          bigint     items with two or more annotations whose probable answer is not the one most common
--   tied               bigint     items on which no answer is more common than all others
--   gold_items         bigint     items with two or more annotations and a gold answer
--   weighed_right      bigint     of these right by weighing
--   majority_right     double     of these right by majority
--   weighed_accuracy   share(weighed_right / gold_items)   0 to 1, 95 % Wilson interval
--   majority_accuracy  share(majority_right / gold_items)  0 to 1, 95 % Wilson interval
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

-- how many gave the right answer
right_votes as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        g.answer,
        sum(case when i.value_text = g.answer then i.given else 0 end) as votes

    from item_answers as i

    inner join gold_versions as g
        on g.campaign_id = i.campaign_id
        and g.item_id = i.item_id
        and g.question_id = i.question_id
        and g.place = 1

    where i.annotations > 1

    group by i.campaign_id, i.item_id, i.question_id, g.answer

),

sums as (

    select
        c.campaign_id,
        c.question_id,
        sum(case when c.annotations > 1 and (c.answer <> c.majority or c.equals > 1) then 1 else 0 end)
            as differing,
        sum(case when c.annotations > 1 and c.equals > 1 then 1 else 0 end) as tied,
        sum(case when c.annotations > 1 and r.answer is not null then 1 else 0 end) as gold_items,
        sum(case when c.annotations > 1 and c.answer = r.answer then 1 else 0 end) as weighed_right,
        sum(
            case
                when c.annotations > 1 and r.votes >= c.majority_by then 1.0 / c.equals
                else 0.0
            end
        ) as majority_right

    from consensus_items as c

    left join right_votes as r
        on r.campaign_id = c.campaign_id
        and r.item_id = c.item_id
        and r.question_id = c.question_id

    group by c.campaign_id, c.question_id

),

submissions as (

    select
        e.campaign_id,
        max(e.last_recorded) as last_recorded

    from events_by_day as e

    where e.event_type = 'assignment_submitted'

    group by e.campaign_id

)

select
    n.campaign_id,
    n.question_id,
    n.method,
    n.recorded_at as computed_at,
    n.known_until,
    coalesce(s.last_recorded > n.known_until, false) as is_stale,
    n.items,
    n.people,
    n.answers,
    cast(coalesce(c.differing, 0) as bigint) as differing,
    cast(coalesce(c.tied, 0) as bigint) as tied,
    cast(coalesce(c.gold_items, 0) as bigint) as gold_items,
    cast(coalesce(c.weighed_right, 0) as bigint) as weighed_right,
    cast(coalesce(c.majority_right, 0.0) as double) as majority_right

from consensus_runs as n

left join sums as c
    on c.campaign_id = n.campaign_id
    and c.question_id = n.question_id

left join submissions as s
    on s.campaign_id = n.campaign_id

order by n.campaign_id, n.question_id
