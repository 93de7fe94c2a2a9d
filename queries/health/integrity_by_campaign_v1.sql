-- What is wrong with the events of each campaign, counted by kind of fault.
--
-- Every event before as_of, and every event dated after it was recorded, whatever its day; reviews of
-- unknown work are counted whatever theirs. A fault does not remove an event from the figures that can
-- still use it. Assumed times and missing durations are no faults but gaps: figures that need a clock leave
-- such work out.
--
-- grain: campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id       text
--   events            bigint  events in all
--   future            bigint  dated after they were recorded
--   without_item      bigint  need an item and name none
--   without_person    bigint  need a person and name none
--   negative_time     bigint  with a duration below 0
--   unknown_type      bigint  of a type that no figure reads
--   unknown_basis     bigint  with a duration whose basis is not one of those known
--   orphan_reviews    bigint  reviews of work of which no submission is known
--   duplicates        bigint  events that are there more than once, less one each
--   assumed_times     bigint  whose time the source does not know
--   without_duration  bigint  submissions whose duration the source does not know
--   unpriced          bigint  units of work without a known price
with

-- reviews of work that was submitted belong to an assignment; the others are left over
review_events as (

    select
        e.campaign_id,
        sum(e.events) as reviews

    from events_by_day as e

    where e.event_type in (
        'review_accepted',
        'review_accepted_with_fix',
        'review_rejected',
        'review_escalated',
        'review_overturned'
    )

    group by e.campaign_id

),

counted as (

    select
        e.campaign_id,
        sum(e.events) as events,
        sum(e.future) as future,
        sum(e.without_item) as without_item,
        sum(e.without_person) as without_person,
        sum(e.negative_time) as negative_time,
        sum(
            case
                when e.event_type not in (
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
                )
                    then e.events
                else 0
            end
        ) as unknown_type,
        sum(
            case
                when e.duration_basis not in (
                    'active',
                    'elapsed_open_to_submit',
                    'elapsed_accept_to_submit',
                    'gap_between_submits',
                    'self_reported',
                    'vendor_billed',
                    'none'
                )
                    then e.events
                else 0
            end
        ) as unknown_basis,
        sum(case when e.time_basis = 'assumed' then e.events else 0 end) as assumed_times,
        sum(
            case
                when e.event_type = 'assignment_submitted' and e.duration_basis = 'none' then e.events
                else 0
            end
        ) as without_duration,
        sum(e.duplicates) as duplicates

    from events_by_day as e

    where e.day < :as_of
        or e.future > 0

    group by e.campaign_id

),

reviewed as (

    select
        a.campaign_id,
        sum(a.reviews + a.overturned) as reviews

    from assignments as a

    group by a.campaign_id

),

prices as (

    select
        s.campaign_id,
        sum(s.unpriced) as unpriced

    from vendor_spend_by_day as s

    where s.day < :as_of

    group by s.campaign_id

)

select
    c.campaign_id,
    cast(c.events as bigint) as events,
    cast(c.future as bigint) as future,
    cast(c.without_item as bigint) as without_item,
    cast(c.without_person as bigint) as without_person,
    cast(c.negative_time as bigint) as negative_time,
    cast(c.unknown_type as bigint) as unknown_type,
    cast(c.unknown_basis as bigint) as unknown_basis,
    cast(coalesce(v.reviews, 0) - coalesce(r.reviews, 0) as bigint) as orphan_reviews,
    cast(c.duplicates as bigint) as duplicates,
    cast(c.assumed_times as bigint) as assumed_times,
    cast(c.without_duration as bigint) as without_duration,
    cast(coalesce(p.unpriced, 0) as bigint) as unpriced

from counted as c

left join review_events as v
    on v.campaign_id = c.campaign_id

left join reviewed as r
    on r.campaign_id = c.campaign_id

left join prices as p
    on p.campaign_id = c.campaign_id

order by c.campaign_id
