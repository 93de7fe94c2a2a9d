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

spans as (

    select
        i.campaign_id,
        case when i.accepted_at < cast(:until as timestamp) then 1 else 0 end as accepted,
        case
            when i.accepted_at < cast(:until as timestamp) then 0
            when i.state = 'removed' and i.state_since < cast(:until as timestamp) then 0
            else 1
        end as still_open,
        floor(greatest(0, date_diff(
            'second',
            i.available_at,
            case
                when i.accepted_at < cast(:until as timestamp) then i.accepted_at
                when i.state = 'removed' and i.state_since < cast(:until as timestamp)
                then i.state_since
                else cast(:until as timestamp)
            end
        )) / 60) as minutes

    from items as i

    where i.gold_kind = 'none'
        and i.time_basis = 'recorded'
        and i.available_at >= cast(:since as timestamp)
        and i.available_at < cast(:until as timestamp)

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
