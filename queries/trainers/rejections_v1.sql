-- The rejections of one trainer's work with what the reviewers said, the newest first.
--
-- Rejection events by the day of the review, gold left out. Whether the work was accepted in the end, and
-- whether the trainer's rejections on it were overturned, is as it stands now.
--
-- grain: event_id
-- params:
--   trainer  text    the trainer asked about
--   since    date    first day of review, inclusive
--   until    date    first day after the range
--   limit    bigint  at most so many
-- returns:
--   event_id       text
--   day            date        of the review; as assumed where the source knows no time
--   occurred_at    timestamp?  UTC
--   campaign_id    text
--   item_id        text?
--   assignment_id  text?
--   task_type      text
--   attempt_no     bigint      of the work that was rejected
--   reviewer_id    text?
--   reason         text?       as the reviewer gave it
--   comment        text?       what else the source tells of the review
--   last_outcome   text?       of the latest review of the assignment
--   overturned     bigint      rejections of the assignment that were overturned
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
    e.day,
    case when e.time_basis = 'recorded' then e.occurred_at end as occurred_at,
    e.campaign_id,
    e.item_id,
    e.assignment_id,
    e.task_type,
    e.attempt_no,
    coalesce(r.person_id, e.actor_id) as reviewer_id,
    e.reason,
    e.payload as comment,
    a.last_outcome,
    coalesce(a.overturned, 0) as overturned

from annotation_events as e

left join people_of as t
    on t.login_id = e.trainer_id
    and t.place = 1

left join people_of as r
    on r.login_id = e.actor_id
    and r.place = 1

left join assignments as a
    on a.campaign_id = e.campaign_id
    and a.item_id = e.item_id
    and a.assignment_id = e.assignment_id

where e.event_type = 'review_rejected'
    and e.day >= :since
    and e.day < :until
    and e.gold_kind = 'none'
    and coalesce(t.person_id, e.trainer_id) = :trainer

order by e.day desc, e.occurred_at desc, e.event_id

limit :limit
