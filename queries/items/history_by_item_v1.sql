-- Everything that happened to one item, in order.
--
-- Every event that names the item, gold and events of unknown type included. People are shown under the
-- person their logins belong to. Where the source does not know the time it is an assumed one, and said so.
--
-- grain: event_id
-- params:
--   campaign  text
--   item      text
-- returns:
--   event_id           text
--   occurred_at        timestamp  UTC
--   is_assumed         boolean    the source does not know the time
--   recorded_at        timestamp  when the warehouse learned of it, UTC
--   event_type         text
--   assignment_id      text?
--   attempt_no         bigint     2 and more after a rejection
--   trainer_id         text?      whose work it is
--   actor_id           text?      who did this, e.g. the reviewer
--   vendor_id          text?
--   role               text?
--   task_type          text
--   guideline_version  text?
--   gold_kind          text
--   outcome            text?
--   reason             text?
--   score              double?
--   duration_s         double?    seconds
--   duration_basis     text       how they were measured
--   cost               double?
--   currency           text?
--   payload            text?      what was shown or said, as the source wrote it
--   source             text
with

people_of as (

    select
        i.login_id,
        i.trainer_id as person_id,
        row_number() over (partition by i.login_id order by i.recorded_at desc, i.trainer_id) as place

    from trainer_identities as i

)

select
    e.event_id,
    e.occurred_at,
    e.time_basis = 'assumed' as is_assumed,
    e.recorded_at,
    e.event_type,
    e.assignment_id,
    e.attempt_no,
    coalesce(t.person_id, e.trainer_id) as trainer_id,
    coalesce(a.person_id, e.actor_id) as actor_id,
    e.vendor_id,
    e.role,
    e.task_type,
    e.guideline_version,
    e.gold_kind,
    e.outcome,
    e.reason,
    e.score,
    e.duration_s,
    e.duration_basis,
    e.cost,
    e.currency,
    e.payload,
    e.source

from annotation_events as e

left join people_of as t
    on t.login_id = e.trainer_id
    and t.place = 1

left join people_of as a
    on a.login_id = e.actor_id
    and a.place = 1

where e.campaign_id = :campaign
    and e.item_id = :item

order by e.occurred_at, e.recorded_at, e.event_id
