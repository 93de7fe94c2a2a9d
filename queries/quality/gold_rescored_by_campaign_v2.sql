-- Gold accuracy as it was scored, and as it is against the gold answers now in force.
--
-- Scored gold, training gold left out, by the day of first submission. As scored is what the source said last;
-- rescored is the share of the item's gold questions that the standing answers have right, and counts as right from
-- one half on. Only assignments that have both are compared; changed are those of which the two say different things.
-- All other figures use what counts now: the new score once `python -m warehouse gold` has stated it, the old one
-- until then.
--
-- grain: campaign_id
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id        text
--   scored             bigint  assignments scored by the source that can be scored again
--   correct            bigint  of these right as scored
--   rescored_correct   bigint  of these right against the gold answers now in force
--   changed            bigint  of these, the two differ
--   waiting            bigint  of the changed, those that still count as the source scored them
--   items_changed      bigint  gold items with such an assignment
--   accuracy           share(correct / scored)           0 to 1, 95 % Wilson interval
--   rescored_accuracy  share(rescored_correct / scored)  0 to 1, 95 % Wilson interval
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

compared as (

    select
        a.campaign_id,
        a.item_id,
        a.assignment_id,
        case when avg(case when a.value_text = g.answer then 1.0 else 0.0 end) >= 0.5 then 1 else 0 end
            as is_right_now

    from answers as a

    inner join gold_versions as g
        on g.campaign_id = a.campaign_id
        and g.item_id = a.item_id
        and g.question_id = a.question_id
        and g.place = 1

    where a.day >= :since
        and a.day < :until
        and a.gold_kind <> 'training'

    group by a.campaign_id, a.item_id, a.assignment_id

),

-- few, so that the events of all others need not be read
corrected as (

    select distinct
        e.campaign_id,
        e.item_id,
        e.assignment_id

    from annotation_events as e

    where e.source = 'gold correction'
        and e.event_type = 'gold_scored'
        and e.day >= :since

),

-- what the source said last: a score stated anew after a correction is not the source's
said as (

    select
        e.campaign_id,
        e.item_id,
        e.assignment_id,
        e.score,
        row_number() over (
            partition by e.campaign_id, e.item_id, e.assignment_id
            order by e.occurred_at desc, e.attempt_no desc, e.recorded_at desc, e.event_id desc
        ) as place

    from annotation_events as e

    inner join corrected as c
        on c.campaign_id = e.campaign_id
        and c.item_id = e.item_id
        and c.assignment_id = e.assignment_id

    where e.event_type = 'gold_scored'
        and e.source <> 'gold correction'
        and e.score is not null
        and e.day >= :since

),

scores as (

    select
        c.campaign_id,
        c.item_id,
        c.is_right_now,
        case when coalesce(d.score, s.gold_score) >= 0.5 then 1 else 0 end as was_right,
        case when s.gold_score >= 0.5 then 1 else 0 end as counts_as

    from compared as c

    inner join assignments as s
        on s.campaign_id = c.campaign_id
        and s.item_id = c.item_id
        and s.assignment_id = c.assignment_id

    left join corrected as k
        on k.campaign_id = c.campaign_id
        and k.item_id = c.item_id
        and k.assignment_id = c.assignment_id

    left join said as d
        on d.campaign_id = c.campaign_id
        and d.item_id = c.item_id
        and d.assignment_id = c.assignment_id
        and d.place = 1

    where s.gold_score is not null
        and (k.assignment_id is null or d.assignment_id is not null)

)

select
    s.campaign_id,
    cast(count(*) as bigint) as scored,
    cast(sum(s.was_right) as bigint) as correct,
    cast(sum(s.is_right_now) as bigint) as rescored_correct,
    cast(count(*) filter (where s.was_right <> s.is_right_now) as bigint) as changed,
    cast(
        count(*) filter (where s.was_right <> s.is_right_now and s.counts_as = s.was_right) as bigint
    ) as waiting,
    cast(count(distinct case when s.was_right <> s.is_right_now then s.item_id end) as bigint)
        as items_changed

from scores as s

group by s.campaign_id

order by s.campaign_id
