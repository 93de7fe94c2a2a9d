-- Money spent per day and to date, against the plan and against what was earned.
--
-- At the end of each day: planned value (the budget spread evenly from the charter's first day to
-- its deadline), earned value (accepted production items at budget / target each; rework earns
-- nothing) and actual cost (all accrued cost). The budget is that of the highest charter version,
-- in dollars at the rate of its first day. A row for each day with cost or a change of the
-- items, and for the days at which the plan begins and ends. After the last day of the data, and
-- where times are assumed, only the plan is known. While units are unpriced the cost is too low.
--
-- grain: campaign_id, day
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id          text
--   day                  date     UTC
--   cost_usd             double?  spent on the day
--   planned_cost_of_day  double?  what the plan spends on the day
--   cost_to_date         double?  actual cost
--   planned_cost         double?  planned value
--   earned_value         double?
--   unpriced             bigint   units to date without a known price or exchange rate
with

charter_versions as (

    select
        c.campaign_id,
        c.target_items,
        c.starts_on,
        c.deadline,
        c.budget,
        c.currency,
        row_number() over (partition by c.campaign_id order by c.version desc) as place

    from charters as c

),

rates as (

    select
        v.campaign_id,
        x.usd,
        row_number() over (
            partition by v.campaign_id
            order by x.day desc, x.recorded_at desc
        ) as place

    from charter_versions as v
    inner join fx_rates as x on x.currency = v.currency

    where v.place = 1
        and x.day <= v.starts_on

),

promises as (

    select
        v.campaign_id,
        v.target_items,
        v.starts_on,
        v.deadline,
        v.budget * case when v.currency = 'USD' then 1 else r.usd end as budget_usd,
        date_diff('day', v.starts_on, v.deadline) as planned_days

    from charter_versions as v
    left join rates as r on r.campaign_id = v.campaign_id and r.place = 1

    where v.place = 1

),

flow as (

    select
        f.campaign_id,
        f.day,
        sum(case when f.state = 'accepted' then f.entered - f.left_it else 0 end) as accepted_items,
        max(case when f.time_basis = 'recorded' then 1 else 0 end) as timed

    from item_flow_by_day as f

    where f.day < :until

    group by f.campaign_id, f.day

),

assumed_campaigns as (

    select f.campaign_id

    from flow as f

    group by f.campaign_id

    having max(f.timed) = 0

),

costs as (

    select
        s.campaign_id,
        s.day,
        sum(s.cost_usd) as cost_usd,
        sum(s.unpriced) as unpriced

    from vendor_spend_by_day as s

    where s.day < :until

    group by s.campaign_id, s.day

),

-- An event dated after it was recorded (a wrong clock) says nothing of the days until then.
reach as (

    select max(least(e.day, cast(e.last_recorded as date))) as last_day

    from events_by_day as e

    where e.day < :until

),

days as (

    select f.campaign_id, f.day
    from flow as f

    union

    select c.campaign_id, c.day
    from costs as c

    union

    select p.campaign_id, cast(p.starts_on - interval '1' day as date) as day
    from promises as p

    union

    select p.campaign_id, cast(p.deadline - interval '1' day as date) as day
    from promises as p

    union

    select p.campaign_id, cast(:since as date) as day
    from promises as p
    where p.starts_on <= :since

    union

    select p.campaign_id, cast(cast(:until as date) - interval '1' day as date) as day
    from promises as p

),

to_date as (

    select
        d.campaign_id,
        d.day,
        coalesce(c.cost_usd, 0) as cost_usd,
        coalesce(c.unpriced, 0) as unpriced_of_day,
        sum(coalesce(c.cost_usd, 0)) over w as cost_to_date,
        sum(coalesce(c.unpriced, 0)) over w as unpriced,
        sum(coalesce(f.accepted_items, 0)) over w as accepted_items

    from days as d
    left join costs as c on c.campaign_id = d.campaign_id and c.day = d.day
    left join flow as f on f.campaign_id = d.campaign_id and f.day = d.day

    window w as (
        partition by d.campaign_id
        order by d.day
        rows between unbounded preceding and current row
    )

),

known as (

    select
        t.campaign_id,
        t.day,
        t.cost_usd,
        t.unpriced_of_day,
        t.cost_to_date,
        t.unpriced,
        t.accepted_items,
        t.day <= r.last_day and a.campaign_id is null as is_known

    from to_date as t
    cross join reach as r
    left join assumed_campaigns as a on a.campaign_id = t.campaign_id

)

select
    k.campaign_id,
    k.day,
    case
        when k.is_known and (k.cost_usd <> 0 or k.unpriced_of_day = 0)
        then cast(k.cost_usd as double)
    end as cost_usd,
    case
        when k.day >= p.starts_on and k.day < p.deadline
        then p.budget_usd / nullif(p.planned_days, 0)
        when p.budget_usd is not null then 0
    end as planned_cost_of_day,
    case
        when k.is_known and (k.cost_to_date <> 0 or k.unpriced = 0)
        then cast(k.cost_to_date as double)
    end as cost_to_date,
    case
        when k.day >= cast(p.deadline - interval '1' day as date) then p.budget_usd
        when k.day < p.starts_on then p.budget_usd * 0
        else p.budget_usd * (date_diff('day', p.starts_on, k.day) + 1) / nullif(p.planned_days, 0)
    end as planned_cost,
    case
        when k.is_known then p.budget_usd * k.accepted_items / nullif(p.target_items, 0)
    end as earned_value,
    cast(k.unpriced as bigint) as unpriced

from known as k
left join promises as p on p.campaign_id = k.campaign_id

where k.day >= :since
    and k.day < :until

order by k.campaign_id, k.day
