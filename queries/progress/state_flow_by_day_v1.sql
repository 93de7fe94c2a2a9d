-- In which state the items are at the end of each day, and how many came and went.
--
-- Production items. Stocks count every item; what entered and left counts changes whose
-- real time is known. A campaign has a row for each of its states on the first day of the
-- range and on every day on which anything changed in it.
--
-- grain: campaign_id, day, state
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id  text
--   day          date    UTC
--   state        text    available, in_work, awaiting_review, in_rework, accepted, removed
--   entered      bigint  items that came into the state on the day
--   left_it      bigint  items that left it
--   items        bigint  items in it at the end of the day
with

changes as (

    select
        f.campaign_id,
        f.day,
        f.state,
        sum(case when f.time_basis = 'recorded' then f.entered else 0 end) as came,
        sum(case when f.time_basis = 'recorded' then f.left_it else 0 end) as went,
        sum(f.entered - f.left_it) as net

    from item_flow_by_day as f

    where f.day < :until

    group by f.campaign_id, f.day, f.state

),

timed_campaigns as (

    select c.campaign_id

    from changes as c

    group by c.campaign_id

    having sum(c.came + c.went) > 0

),

opening as (

    select
        c.campaign_id,
        c.state,
        sum(c.net) as net

    from changes as c

    where c.day < :since

    group by c.campaign_id, c.state

),

days as (

    select c.campaign_id, c.day
    from changes as c
    where c.day >= :since

    union

    select o.campaign_id, cast(:since as date) as day
    from opening as o

),

states as (

    select distinct
        c.campaign_id,
        c.state

    from changes as c

),

cells as (

    select
        d.campaign_id,
        d.day,
        s.state,
        coalesce(c.came, 0) as came,
        coalesce(c.went, 0) as went,
        coalesce(o.net, 0) + sum(coalesce(c.net, 0)) over (
            partition by d.campaign_id, s.state
            order by d.day
            rows between unbounded preceding and current row
        ) as stock

    from days as d
    inner join states as s on s.campaign_id = d.campaign_id
    left join changes as c
        on c.campaign_id = d.campaign_id
        and c.day = d.day
        and c.state = s.state
    left join opening as o on o.campaign_id = d.campaign_id and o.state = s.state

)

select
    c.campaign_id,
    c.day,
    c.state,
    cast(c.came as bigint) as entered,
    cast(c.went as bigint) as left_it,
    cast(c.stock as bigint) as items

from cells as c
inner join timed_campaigns as t on t.campaign_id = c.campaign_id

order by c.campaign_id, c.day, c.state
