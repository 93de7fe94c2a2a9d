-- Every item as it stands.
--
-- The state is that of the item's last change; it counts as accepted since the acceptance that completed it,
-- only while it stands. Annotations are the assignments submitted on it, accepted those of them that stand accepted.
--
-- grain: campaign_id, item_id
-- refresh: item_id
-- returns:
--   item_id             text
--   campaign_id         text
--   task_type           text
--   gold_kind           text
--   time_basis          text
--   day                 date        of its first event
--   available_at        timestamp?  since when it could be worked on, where that is known
--   first_submitted_at  timestamp?
--   state               text        available, in_work, awaiting_review, in_rework, accepted, removed
--   state_since         timestamp
--   accepted_at         timestamp?  only while it stands accepted
--   annotations         bigint
--   accepted            bigint
with

placed as (

    select
        t.campaign_id,
        t.item_id,
        t.task_type,
        t.gold_kind,
        t.time_basis,
        t.occurred_at,
        t.day,
        t.place,
        t.to_state,
        row_number() over (partition by t.campaign_id, t.item_id order by t.place desc) as nth_last

    from item_transitions as t

),

changed as (

    select
        p.campaign_id,
        p.item_id,
        max(p.task_type) as task_type,
        max(p.gold_kind) as gold_kind,
        max(p.time_basis) as time_basis,
        min(p.day) as day,
        min(p.occurred_at) filter (where p.to_state = 'available') as available_at,
        max(p.to_state) filter (where p.nth_last = 1) as state,
        max(p.occurred_at) filter (where p.nth_last = 1) as state_since

    from placed as p

    group by p.campaign_id, p.item_id

),

worked as (

    select
        a.campaign_id,
        a.item_id,
        min(a.submitted_at) as first_submitted_at,
        count(*) as annotations,
        count(*) filter (where a.state = 'accepted') as accepted

    from assignments as a

    where a.submitted_at is not null

    group by a.campaign_id, a.item_id

)

select
    c.item_id,
    c.campaign_id,
    c.task_type,
    c.gold_kind,
    c.time_basis,
    c.day,
    c.available_at,
    w.first_submitted_at,
    c.state,
    c.state_since,
    case when c.state = 'accepted' then c.state_since end as accepted_at,
    coalesce(w.annotations, 0) as annotations,
    coalesce(w.accepted, 0) as accepted

from changed as c

left join worked as w on w.campaign_id = c.campaign_id and w.item_id = c.item_id
