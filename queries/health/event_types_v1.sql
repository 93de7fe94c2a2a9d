-- Which types of events arrived, from where, and how many.
--
-- Every event counts once. A type that no figure reads is kept and shown here as unknown: either the
-- source's mapping needs a line, or a figure is missing something.
--
-- grain: campaign_id, source, event_type
-- returns:
--   campaign_id   text
--   source        text
--   event_type    text
--   is_known      boolean  figures read events of this type
--   events        bigint
--   timed_events  bigint   of these with their real time
--   first_day     date
--   last_day      date
select
    e.campaign_id,
    e.source,
    e.event_type,
    e.event_type in (
        'item_created',
        'item_removed',
        'assignment_started',
        'assignment_submitted',
        'assignment_skipped',
        'assignment_expired',
        'review_accepted',
        'review_accepted_with_fix',
        'review_rejected',
        'review_escalated',
        'review_overturned',
        'gold_scored',
        'audit_scored',
        'dispute_opened',
        'dispute_resolved',
        'trainer_stage_reached',
        'work_session',
        'cost_posted'
    ) as is_known,
    cast(sum(e.events) as bigint) as events,
    cast(sum(case when e.time_basis = 'recorded' then e.events else 0 end) as bigint) as timed_events,
    min(e.day) as first_day,
    max(e.day) as last_day

from events_by_day as e

group by e.campaign_id, e.source, e.event_type

order by e.campaign_id, e.source, e.event_type
