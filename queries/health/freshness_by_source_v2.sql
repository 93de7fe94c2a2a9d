-- When each source last told of each campaign, and whether that is usual for it.
--
-- As freshness per campaign, apart for the tools and files that a campaign's work comes from: where it has
-- several, one may fall silent unseen. Work, reviews, scores and hours before as_of with their real time; stages that
-- people reach, posted costs and items created come when they come, and their pauses say nothing.
--
-- grain: source, campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   source         text
--   campaign_id    text
--   sources        bigint   of the campaign in all
--   last_day       date     last day with such an event
--   silent_days    bigint   whole days without an event between last_day and as_of
--   usual_silence  bigint?  the longest silence in the 56 days before last_day
--   events_last_7  bigint   such events of the last 7 days
--   timed_events   bigint   such events in all
with

source_days as (

    select
        e.source,
        e.campaign_id,
        e.day,
        sum(e.events) as events

    from events_by_day as e

    where e.day < :as_of
        and e.time_basis = 'recorded'
        and e.event_type not in ('trainer_stage_reached', 'cost_posted', 'item_created', 'item_removed')

    group by e.source, e.campaign_id, e.day

),

pauses as (

    select
        d.source,
        d.campaign_id,
        d.day,
        d.events,
        max(d.day) over (partition by d.source, d.campaign_id) as last_day,
        lag(d.day) over (partition by d.source, d.campaign_id order by d.day) as day_before

    from source_days as d

),

timed as (

    select
        p.source,
        p.campaign_id,
        max(p.day) as last_day,
        max(
            case
                when p.day_before >= p.last_day - interval '56' day
                    then date_diff('day', p.day_before, p.day) - 1
            end
        ) as usual_silence,
        sum(case when p.day >= :as_of - interval '7' day then p.events else 0 end) as events_last_7,
        sum(p.events) as timed_events

    from pauses as p

    group by p.source, p.campaign_id

)

select
    t.source,
    t.campaign_id,
    count(*) over (partition by t.campaign_id) as sources,
    t.last_day,
    cast(date_diff('day', t.last_day, :as_of) - 1 as bigint) as silent_days,
    cast(t.usual_silence as bigint) as usual_silence,
    cast(t.events_last_7 as bigint) as events_last_7,
    cast(t.timed_events as bigint) as timed_events

from timed as t

order by t.source, t.campaign_id
