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

),

-- few, so that the events of all others need not be read
logins as (

    select cast(:trainer as text) as login_id

    union distinct

    select p.login_id

    from people_of as p

    where p.place = 1
        and p.person_id = :trainer

),

newest as (

    select
        e.event_id,
        e.day,
        e.occurred_at,
        e.time_basis,
        e.campaign_id,
        e.item_id,
        e.assignment_id,
        e.task_type,
        e.attempt_no,
        e.actor_id,
        e.reason,
        e.payload

    from annotation_events as e

    inner join logins as l
        on l.login_id = e.trainer_id

    left join people_of as t
        on t.login_id = e.trainer_id
        and t.place = 1

    where e.event_type = 'review_rejected'
        and e.day >= :since
        and e.day < :until
        and e.gold_kind = 'none'
        and coalesce(t.person_id, e.trainer_id) = :trainer

    order by e.day desc, e.occurred_at desc, e.event_id

    limit :limit

),

judged as (

    select
        n.event_id,
        a.last_outcome,
        a.overturned

    from newest as n

    inner join assignments as a
        on a.campaign_id = n.campaign_id
        and a.item_id = n.item_id
        and a.assignment_id = n.assignment_id

    where a.trainer_id = :trainer

)

select
    n.event_id,
    n.day,
    case when n.time_basis = 'recorded' then n.occurred_at end as occurred_at,
    n.campaign_id,
    n.item_id,
    n.assignment_id,
    n.task_type,
    n.attempt_no,
    coalesce(r.person_id, n.actor_id) as reviewer_id,
    n.reason,
    n.payload as comment,
    j.last_outcome,
    coalesce(j.overturned, 0) as overturned

from newest as n

left join people_of as r
    on r.login_id = n.actor_id
    and r.place = 1

left join judged as j
    on j.event_id = n.event_id

order by n.day desc, n.occurred_at desc, n.event_id
