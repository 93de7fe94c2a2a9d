-- What arrived: events by type, source and day, with the faults that can be seen on each.
--
-- Every event counts, those of an unknown type too. In the future is what happened after it was recorded; a stage, a session
-- and a posted cost need no item; an item's creation and removal and a posted cost need no person.
--
-- grain: campaign_id, source, event_type, duration_basis, time_basis, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id     text
--   source          text
--   event_type      text
--   duration_basis  text
--   time_basis      text
--   day             date
--   events          bigint
--   last_occurred   timestamp
--   last_recorded   timestamp
--   future          bigint  dated after they were recorded
--   without_item    bigint
--   without_person  bigint
--   negative_time   bigint
--   duplicates      bigint  there more than once, less one each
select
    e.campaign_id,
    e.source,
    e.event_type,
    e.duration_basis,
    e.time_basis,
    e.day,
    count(*) as events,
    max(e.occurred_at) as last_occurred,
    max(e.recorded_at) as last_recorded,
    count(*) filter (where e.occurred_at > e.recorded_at) as future,
    count(*) filter (
        where e.item_id is null and e.event_type not in ('trainer_stage_reached', 'work_session', 'cost_posted')
    ) as without_item,
    count(*) filter (
        where e.trainer_id is null and e.event_type not in ('item_created', 'item_removed', 'cost_posted')
    ) as without_person,
    count(*) filter (where e.duration_s < 0) as negative_time,
    count(*) - count(distinct e.event_id) as duplicates

from annotation_events as e

group by e.campaign_id, e.source, e.event_type, e.duration_basis, e.time_basis, e.day
