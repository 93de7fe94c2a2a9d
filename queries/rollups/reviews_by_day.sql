-- Reviews by the day they were made.
--
-- Review events of production work; an event is in one count. Reviews without an overturning count in reviews. Logins of
-- the trainer whose work it is and of the reviewer are merged into their persons.
--
-- grain: campaign_id, vendor_id, trainer_id, reviewer_id, task_type, reason, time_basis, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id  text
--   vendor_id    text?
--   trainer_id   text?   whose work it is
--   reviewer_id  text?
--   task_type    text
--   reason       text    of a rejection, else ''
--   time_basis   text
--   day          date
--   reviews      bigint
--   accepted     bigint  without a fix
--   fixed        bigint
--   rejected     bigint
--   escalated    bigint
--   overturned   bigint
with

people_of as (

    select
        i.login_id,
        i.trainer_id as person_id,
        row_number() over (partition by i.login_id order by i.recorded_at desc, i.trainer_id) as nth

    from trainer_identities as i

),

reviewed as (

    select
        e.campaign_id,
        e.vendor_id,
        coalesce(t.person_id, e.trainer_id) as person_id,
        coalesce(r.person_id, e.actor_id) as reviewer_id,
        e.task_type,
        case when e.event_type = 'review_rejected' then coalesce(e.reason, '') else '' end as why,
        e.time_basis,
        e.day,
        e.event_type

    from annotation_events as e

    left join people_of as t on t.login_id = e.trainer_id and t.nth = 1

    left join people_of as r on r.login_id = e.actor_id and r.nth = 1

    where e.gold_kind = 'none'
        and e.event_type in (
            'review_accepted', 'review_accepted_with_fix', 'review_rejected', 'review_escalated', 'review_overturned'
        )

)

select
    d.campaign_id,
    d.vendor_id,
    d.person_id as trainer_id,
    d.reviewer_id,
    d.task_type,
    d.why as reason,
    d.time_basis,
    d.day,
    count(*) filter (where d.event_type <> 'review_overturned') as reviews,
    count(*) filter (where d.event_type = 'review_accepted') as accepted,
    count(*) filter (where d.event_type = 'review_accepted_with_fix') as fixed,
    count(*) filter (where d.event_type = 'review_rejected') as rejected,
    count(*) filter (where d.event_type = 'review_escalated') as escalated,
    count(*) filter (where d.event_type = 'review_overturned') as overturned

from reviewed as d

group by d.campaign_id, d.vendor_id, d.person_id, d.reviewer_id, d.task_type, d.why, d.time_basis, d.day
