-- The items that were annotated last, with every answer that was given to them.
--
-- The answers that stand, of annotators only, on production items and hidden gold; the newest items by the day of
-- their last annotation. An item is among them if anybody gave the label asked for, or if its annotators did not all
-- agree where only disagreement is asked for; then all of its answers to the question are shown. Without a label, or
-- without asking for disagreement, nothing is left out.
--
-- grain: item_id, assignment_id, question_id
-- params:
--   campaign  text
--   since     date    first day of the last annotation, inclusive
--   until     date    first day after the range
--   label     text?   only items that somebody gave this answer
--   disputed  boolean  only items on which annotators differ
--   limit     bigint  so many items
-- returns:
--   item_id        text
--   question_id    text
--   last_day       date     day of the item's last annotation
--   assignment_id  text
--   trainer_id     text?
--   vendor_id      text?
--   value_text     text     the answer
--   given          bigint   annotations of the item that gave this answer
--   annotations    bigint   annotations of the item that answered the question
--   is_disputed    boolean  not all of them gave the same

with

questions as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        max(i.day) as last_day,
        max(case when i.given < i.annotations then 1 else 0 end) as disputed,
        max(case when i.value_text = :label then 1 else 0 end) as labelled

    from item_answers as i

    where i.campaign_id = :campaign
        and i.day >= :since
        and i.day < :until
        and i.gold_kind <> 'training'

    group by i.campaign_id, i.item_id, i.question_id

),

ranked as (

    select
        q.campaign_id,
        q.item_id,
        q.question_id,
        q.last_day,
        q.disputed,
        dense_rank() over (order by q.last_day desc, q.item_id) as place

    from questions as q

    where (q.labelled = 1 or cast(:label as text) is null)
        and (q.disputed = 1 or not :disputed)

)

select
    r.item_id,
    r.question_id,
    r.last_day,
    a.assignment_id,
    a.trainer_id,
    a.vendor_id,
    a.value_text,
    g.given,
    g.annotations,
    r.disputed = 1 as is_disputed

from ranked as r
inner join answers as a
    on a.campaign_id = r.campaign_id
    and a.item_id = r.item_id
    and a.question_id = r.question_id
inner join item_answers as g
    on g.campaign_id = a.campaign_id
    and g.item_id = a.item_id
    and g.question_id = a.question_id
    and g.value_text = a.value_text

where r.place <= :limit
    and (a.role is null or a.role not in ('reviewer', 'adjudicator'))

order by r.last_day desc, r.item_id, r.question_id, a.assignment_id
