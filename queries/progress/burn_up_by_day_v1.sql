-- Accepted items to date against the plan, with every change of scope.
--
-- Production items accepted by the end of each day, and what the plan wanted by then: a
-- straight line from the first day to the deadline of the charter version that was in force on
-- that day (before the first was written down, of the first). A row for each day on which
-- the campaign's items moved, and for the days at which the plan bends or ends. After the last
-- day of the data what is accepted is unknown, as it is where times are assumed.
--
-- grain: campaign_id, day
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id      text
--   day              date     UTC
--   accepted_items   bigint?  accepted by the end of the day
--   charter_version  bigint?  in force on the day
--   target_items     bigint?  of that version
--   planned_items    double?  of that version by the end of the day
with

flow as (

    select
        f.campaign_id,
        f.day,
        sum(case when f.state = 'accepted' then f.entered - f.left_it else 0 end) as net,
        max(case when f.time_basis = 'recorded' then 1 else 0 end) as timed

    from item_flow_by_day as f

    where f.day < :until

    group by f.campaign_id, f.day

),

-- An event dated after it was recorded (a wrong clock) says nothing of the days until then.
reach as (

    select max(least(e.day, cast(e.last_recorded as date))) as last_day

    from events_by_day as e

    where e.day < :until

),

timed_campaigns as (

    select f.campaign_id

    from flow as f

    group by f.campaign_id

    having max(f.timed) = 1

),

versions as (

    select
        c.campaign_id,
        c.version,
        cast(c.recorded_at as date) as changed_on,
        c.target_items,
        c.starts_on,
        c.deadline,
        row_number() over (partition by c.campaign_id order by c.version) as step

    from charters as c

),

days as (

    select f.campaign_id, f.day
    from flow as f

    union

    select v.campaign_id, cast(v.starts_on - interval '1' day as date) as day
    from versions as v

    union

    select v.campaign_id, cast(v.deadline - interval '1' day as date) as day
    from versions as v

    union

    select v.campaign_id, v.changed_on as day
    from versions as v
    where v.step > 1

    union

    select v.campaign_id, cast(v.changed_on - interval '1' day as date) as day
    from versions as v
    where v.step > 1

    union

    select v.campaign_id, cast(:since as date) as day
    from versions as v
    where v.starts_on <= :since

    union

    select v.campaign_id, cast(cast(:until as date) - interval '1' day as date) as day
    from versions as v

),

-- The highest version written down by the end of the day; before the first, the first.
in_force as (

    select
        d.campaign_id,
        d.day,
        v.version,
        v.target_items,
        v.starts_on,
        v.deadline,
        row_number() over (
            partition by d.campaign_id, d.day
            order by case when v.changed_on <= d.day then -v.version else v.version end
        ) as place

    from days as d
    inner join versions as v on v.campaign_id = d.campaign_id

),

to_date as (

    select
        d.campaign_id,
        d.day,
        sum(coalesce(f.net, 0)) over (
            partition by d.campaign_id
            order by d.day
            rows between unbounded preceding and current row
        ) as accepted_items

    from days as d
    left join flow as f on f.campaign_id = d.campaign_id and f.day = d.day

)

select
    t.campaign_id,
    t.day,
    case
        when c.campaign_id is not null and t.day <= r.last_day
        then cast(t.accepted_items as bigint)
    end as accepted_items,
    i.version as charter_version,
    i.target_items,
    case
        when t.day >= cast(i.deadline - interval '1' day as date)
        then cast(i.target_items as double)
        when t.day < i.starts_on then cast(0 as double)
        else
            cast(i.target_items as double)
            * (date_diff('day', i.starts_on, t.day) + 1)
            / nullif(date_diff('day', i.starts_on, i.deadline), 0)
    end as planned_items

from to_date as t
cross join reach as r
left join in_force as i on i.campaign_id = t.campaign_id and i.day = t.day and i.place = 1
left join timed_campaigns as c on c.campaign_id = t.campaign_id

where t.day >= :since
    and t.day < :until

order by t.campaign_id, t.day
