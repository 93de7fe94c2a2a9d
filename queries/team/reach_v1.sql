-- How far the data reach, per source and campaign.
--
-- Nothing is known of what happened after last_occurred. An event dated after it was
-- recorded (a wrong clock) moves it no further than the moment of recording.
--
-- grain: source, campaign_id
-- returns:
--   source         text
--   campaign_id    text
--   last_occurred  timestamp  when the last known event happened, UTC
--   last_recorded  timestamp  when the warehouse last heard of this campaign, UTC
--   events         bigint     events in all
--   timed_events   bigint     of these with their real time; where 0, times are assumed
select
    e.source,
    e.campaign_id,
    max(least(e.last_occurred, e.last_recorded)) as last_occurred,
    max(e.last_recorded) as last_recorded,
    cast(sum(e.events) as bigint) as events,
    cast(sum(case when e.time_basis = 'recorded' then e.events else 0 end) as bigint) as timed_events

from events_by_day as e

group by e.source, e.campaign_id

order by e.source, e.campaign_id
