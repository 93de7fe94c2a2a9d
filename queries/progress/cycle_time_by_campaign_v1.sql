-- How long an item takes from available to accepted.
--
-- Production items that became available in the range and whose real times are known, as it
-- stood at its end. Items still open by then are not left out: they have taken at least so
-- long already (Kaplan-Meier); so have items that were taken out, until that day. A median is
-- unknown while less than half is estimated to be accepted. To the minute within the first day,
-- then to ten minutes, after ten days to the hour.
--
-- grain: campaign_id
-- params:
--   since  date  first day on which the items became available, inclusive
--   until  date  first day after the range, and the moment the open items are looked at
-- returns:
--   campaign_id     text
--   items           bigint   became available
--   accepted_items  bigint   of these accepted before until
--   open_items      bigint   of these neither accepted nor taken out
--   median_hours    double?  half of the items are accepted within
--   p90_hours       double?  nine in ten are accepted within
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
        case when s.state in ('accepted', 'removed') then 0 else 1 end as still_open,
        floor(greatest(0, date_diff(
            'second',
            s.available_at,
            case when s.state in ('accepted', 'removed') then s.since_at else cast(:until as timestamp) end
        )) / 60) as minutes

    from stood as s

),

-- As exact as anybody reads it, so that a million items are a few thousand rows.
rounded as (

    select
        s.campaign_id,
        s.accepted,
        s.still_open,
        case
            when s.minutes < 1440 then s.minutes
            when s.minutes < 14400 then floor(s.minutes / 10) * 10
            else floor(s.minutes / 60) * 60
        end as minutes

    from spans as s

),

ends as (

    select
        r.campaign_id,
        r.minutes,
        count(*) as ended,
        sum(r.accepted) as accepted,
        sum(r.still_open) as still_open

    from rounded as r

    group by r.campaign_id, r.minutes

),

at_risk as (

    select
        e.campaign_id,
        e.minutes,
        e.ended,
        e.accepted,
        e.still_open,
        sum(e.ended) over (
            partition by e.campaign_id
            order by e.minutes desc
            rows between unbounded preceding and current row
        ) as exposed

    from ends as e

),

survival as (

    select
        r.campaign_id,
        r.minutes,
        r.ended,
        r.accepted,
        r.still_open,
        -- Where all that are left are accepted, nothing remains: exp(-700) is as good as 0, and
        -- PostgreSQL calls less an error.
        exp(greatest(-700, sum(
            case
                when r.accepted >= r.exposed then -700
                else ln(1 - cast(r.accepted as double) / nullif(cast(r.exposed as double), 0))
            end
        ) over (
            partition by r.campaign_id
            order by r.minutes
            rows between unbounded preceding and current row
        ))) as share_left

    from at_risk as r

)

select
    s.campaign_id,
    cast(sum(s.ended) as bigint) as items,
    cast(sum(s.accepted) as bigint) as accepted_items,
    cast(sum(s.still_open) as bigint) as open_items,
    cast(min(case when s.share_left <= 0.5 + 1e-9 then s.minutes end) as double) / 60 as median_hours,
    cast(min(case when s.share_left <= 0.1 + 1e-9 then s.minutes end) as double) / 60 as p90_hours

from survival as s

group by s.campaign_id

order by s.campaign_id
