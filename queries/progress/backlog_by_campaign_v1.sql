-- Items that wait for review or rework, and for how long.
--
-- Production items in that state at the start of as_of, and the hours since they entered it.
-- Items whose real times are unknown are counted; their age is not.
--
-- grain: campaign_id, state
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id   text
--   state         text     awaiting_review or in_rework
--   items         bigint   items in it
--   timed_items   bigint   of these with a known age
--   median_hours  double?  half of them wait at least so long
--   p90_hours     double?  a tenth of them wait at least so long
--   oldest_hours  double?
with

unmoved as (

    select
        i.campaign_id,
        i.state,
        i.time_basis,
        i.state_since as since_at

    from items as i

    where i.gold_kind = 'none'
        and i.state in ('awaiting_review', 'in_rework')
        and i.state_since < cast(:as_of as timestamp)

),

-- An item that has changed its state since as_of was where its last change before as_of left it.
earlier as (

    select
        t.campaign_id,
        t.to_state as state,
        t.time_basis,
        t.occurred_at as since_at,
        row_number() over (
            partition by t.campaign_id, t.item_id
            order by t.occurred_at desc, t.place desc
        ) as nth_last

    from item_transitions as t
    inner join items as i
        on i.item_id = t.item_id
        and i.campaign_id = t.campaign_id
        and i.state_since >= cast(:as_of as timestamp)
        and i.gold_kind = 'none'

    where t.occurred_at < cast(:as_of as timestamp)

),

waiting as (

    select
        u.campaign_id,
        u.state,
        u.time_basis,
        u.since_at

    from unmoved as u

    union all

    select
        e.campaign_id,
        e.state,
        e.time_basis,
        e.since_at

    from earlier as e

    where e.nth_last = 1
        and e.state in ('awaiting_review', 'in_rework')

),

ages as (

    select
        w.campaign_id,
        w.state,
        case
            when w.time_basis = 'recorded'
            then cast(date_diff('second', w.since_at, cast(:as_of as timestamp)) as double) / 3600
        end as hours

    from waiting as w

)

select
    a.campaign_id,
    a.state,
    count(*) as items,
    count(a.hours) as timed_items,
    quantile_cont(a.hours, 0.5) as median_hours,
    quantile_cont(a.hours, 0.9) as p90_hours,
    max(a.hours) as oldest_hours

from ages as a

group by a.campaign_id, a.state

order by a.campaign_id, a.state
