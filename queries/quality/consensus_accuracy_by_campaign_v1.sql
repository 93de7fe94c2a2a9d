-- How often the answer of most people is the right one, where the right one is known.
--
-- Items with a gold answer and at least two annotations, by the day of the last one, against the gold
-- answer now in force. Where several answers are equally common the item counts as right by a half, a third
-- and so on if the right one is among them. Training gold and the answers of reviewers and adjudicators do
-- not count. Beside it the accuracy of single answers to the same items.
--
-- grain: campaign_id, question_id
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id         text
--   question_id         text
--   items               bigint  items with a gold answer and two or more annotations
--   tied                bigint  of these without one most common answer
--   right_items         double  items whose most common answer is right
--   consensus_accuracy  ratio(right_items / items)  0 to 1
--   answers             bigint  single answers to these items
--   right_answers       bigint  of these right
--   accuracy            share(right_answers / answers)  0 to 1
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

ranked as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        i.annotations,
        i.given,
        case when i.value_text = g.answer then i.given else 0 end as right_given,
        max(i.given) over (partition by i.campaign_id, i.item_id, i.question_id) as most

    from item_answers as i

    inner join gold_versions as g
        on g.campaign_id = i.campaign_id
        and g.item_id = i.item_id
        and g.question_id = i.question_id
        and g.place = 1

    where i.day >= :since
        and i.day < :until
        and i.annotations > 1
        and i.gold_kind <> 'training'

),

votes as (

    select
        r.campaign_id,
        r.item_id,
        r.question_id,
        max(r.annotations) as annotations,
        sum(case when r.given = r.most then 1 else 0 end) as winners,
        max(case when r.right_given = r.most then 1 else 0 end) as has_right_winner,
        sum(r.right_given) as right_given

    from ranked as r

    group by r.campaign_id, r.item_id, r.question_id

)

select
    v.campaign_id,
    v.question_id,
    cast(count(*) as bigint) as items,
    cast(sum(case when v.winners > 1 then 1 else 0 end) as bigint) as tied,
    sum(cast(v.has_right_winner as double) / v.winners) as right_items,
    cast(sum(v.annotations) as bigint) as answers,
    cast(sum(v.right_given) as bigint) as right_answers

from votes as v

group by v.campaign_id, v.question_id

order by v.campaign_id, v.question_id
