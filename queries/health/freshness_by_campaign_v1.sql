-- When each campaign was last heard of, and whether that is usual for it.
--
-- Events that happened before as_of, whatever their type. Events of assumed times say nothing about
-- freshness: a campaign that has no others has no last day. A campaign is usually silent for usual_silence
-- days at most: the longest pause between two days with events in the 56 days before its last one.
--
-- grain: campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id      text
--   last_day         date?       last day with an event
--   last_recorded    timestamp   when the warehouse last heard of the campaign, UTC
--   silent_days      bigint?     whole days without an event between last_day and as_of
--   usual_silence    bigint?     the longest silence in the 56 days before last_day
--   events_last_7    bigint      events of the last 7 days
--   events_before_7  bigint      events of the 7 days before
--   timed_events     bigint      events with their real time; where 0, times are assumed
with

campaign_days as (

    select
        e.campaign_id,
        e.day,
        sum(e.events) as events

    from events_by_day as e

    where e.day < :as_of
        and e.time_basis = 'recorded'

    group by e.campaign_id, e.day

),

pauses as (

    select
        d.campaign_id,
        d.day,
        d.events,
        max(d.day) over (partition by d.campaign_id) as last_day,
        lag(d.day) over (partition by d.campaign_id order by d.day) as day_before

    from campaign_days as d

),

timed as (

    select
        p.campaign_id,
        max(p.day) as last_day,
        max(
            case
                when p.day_before >= p.last_day - interval '56' day
                    then date_diff('day', p.day_before, p.day) - 1
            end
        ) as usual_silence,
        sum(case when p.day >= :as_of - interval '7' day then p.events else 0 end) as events_last_7,
        sum(
            case
                when p.day >= :as_of - interval '14' day and p.day < :as_of - interval '7' day then p.events
                else 0
            end
        ) as events_before_7,
        sum(p.events) as timed_events

    from pauses as p

    group by p.campaign_id

),

known as (

    select
        e.campaign_id,
        max(e.last_recorded) as last_recorded

    from events_by_day as e

    where e.day < :as_of

    group by e.campaign_id

)

select
    k.campaign_id,
    t.last_day,
    k.last_recorded,
    cast(date_diff('day', t.last_day, :as_of) - 1 as bigint) as silent_days,
    cast(t.usual_silence as bigint) as usual_silence,
    cast(coalesce(t.events_last_7, 0) as bigint) as events_last_7,
    cast(coalesce(t.events_before_7, 0) as bigint) as events_before_7,
    cast(coalesce(t.timed_events, 0) as bigint) as timed_events

from known as k

left join timed as t
    on t.campaign_id = k.campaign_id

order by k.campaign_id
