-- What share of the items is accepted within how many hours of becoming available.
--
-- Production items that became available in the range and whose real times are known, as it
-- stood at its end. Items still open by then have taken at least so long already
-- (Kaplan-Meier), and so have items that were taken out, until that day. A row for every
-- begun hour within which an item was accepted.
--
-- grain: campaign_id, within_hours
-- params:
--   since  date  first day on which the items became available, inclusive
--   until  date  first day after the range, and the moment the open items are looked at
-- returns:
--   campaign_id     text
--   within_hours    bigint   hours since the item became available
--   at_risk         bigint   items that were open when this hour began
--   accepted_items  bigint   items accepted in it
--   accepted_share  double   estimated share accepted by its end
--   accepted_low    double?  95 % interval (Greenwood, log-log); unknown where all went at once
--   accepted_high   double?
with

-- An item that has changed its state since until was where its last change before until left it.
earlier as (

    select
        t.campaign_id,
        t.item_id,
        t.to_state as state,
        t.occurred_at as since_at,
        row_number() over (
            partition by t.campaign_id, t.item_id
            order by t.occurred_at desc, t.place desc
        ) as nth_last

    from item_transitions as t
    inner join items as i
        on i.item_id = t.item_id
        and i.campaign_id = t.campaign_id

    where i.state_since >= cast(:until as timestamp)
        and i.available_at >= cast(:since as timestamp)
        and i.available_at < cast(:until as timestamp)
        and t.day >= :since
        and t.day < :until

),

stood as (

    select
        i.campaign_id,
        i.available_at,
        case when i.state_since < cast(:until as timestamp) then i.state else e.state end as state,
        case when i.state_since < cast(:until as timestamp) then i.state_since else e.since_at end as since_at

    from items as i
    left join earlier as e
        on e.item_id = i.item_id
        and e.campaign_id = i.campaign_id
        and e.nth_last = 1

    where i.gold_kind = 'none'
        and i.time_basis = 'recorded'
        and i.available_at >= cast(:since as timestamp)
        and i.available_at < cast(:until as timestamp)

),

spans as (

    select
        s.campaign_id,
        case when s.state = 'accepted' then 1 else 0 end as accepted,
        floor(greatest(0, date_diff(
            'second',
            s.available_at,
            case when s.state in ('accepted', 'removed') then s.since_at else cast(:until as timestamp) end
        )) / 3600) as hours

    from stood as s

),

ends as (

    select
        s.campaign_id,
        s.hours,
        count(*) as ended,
        sum(s.accepted) as accepted

    from spans as s

    group by s.campaign_id, s.hours

),

at_risk as (

    select
        e.campaign_id,
        e.hours,
        cast(e.accepted as double) as accepted,
        cast(sum(e.ended) over (
            partition by e.campaign_id
            order by e.hours desc
            rows between unbounded preceding and current row
        ) as double) as exposed

    from ends as e

),

estimates as (

    select
        r.campaign_id,
        r.hours,
        r.accepted,
        r.exposed,
        -- Where all that are left are accepted, nothing remains: exp(-700) is as good as 0, and
        -- PostgreSQL calls less an error.
        greatest(-700, sum(
            case
                when r.accepted >= r.exposed then -700
                else ln(1 - r.accepted / nullif(r.exposed, 0))
            end
        ) over (
            partition by r.campaign_id
            order by r.hours
            rows between unbounded preceding and current row
        )) as log_left,
        sum(r.accepted / nullif(r.exposed * (r.exposed - r.accepted), 0)) over (
            partition by r.campaign_id
            order by r.hours
            rows between unbounded preceding and current row
        ) as variance

    from at_risk as r

),

bands as (

    select
        e.campaign_id,
        e.hours,
        e.accepted,
        e.exposed,
        e.log_left,
        exp(1.959963984540054 * sqrt(e.variance) / nullif(-e.log_left, 0)) as widened

    from estimates as e

    where e.accepted > 0

)

select
    b.campaign_id,
    cast(b.hours as bigint) + 1 as within_hours,
    cast(b.exposed as bigint) as at_risk,
    cast(b.accepted as bigint) as accepted_items,
    1 - exp(b.log_left) as accepted_share,
    1 - exp(b.log_left / nullif(b.widened, 0)) as accepted_low,
    case
        when b.widened is not null then 1 - exp(greatest(-700, b.log_left * b.widened))
    end as accepted_high

from bands as b

order by b.campaign_id, within_hours
