-- Every audit and every step of a dispute, with the review that it is about.
--
-- An audit is an audit_scored event that says right or wrong; a dispute is opened and resolved by events of their own. Each is
-- dated by itself and says whose work it is about, who reviewed that work first and with which outcome. An event about an item as
-- a whole, or about work that was never submitted, has no reviewer.
--
-- grain: event_id
-- refresh: item_id
-- returns:
--   event_id           text
--   campaign_id        text
--   item_id            text
--   assignment_id      text?
--   trainer_id         text?
--   vendor_id          text?
--   task_type          text
--   gold_kind          text     of the assignment; of the event where it names none
--   time_basis         text
--   day                date
--   event_type         text     audit_scored, dispute_opened or dispute_resolved
--   is_against         boolean  a defect was found, or the trainer was right
--   first_reviewer_id  text?
--   first_outcome      text?
with

people_of as (

    select
        i.login_id,
        i.trainer_id as person_id,
        row_number() over (partition by i.login_id order by i.recorded_at desc, i.trainer_id) as nth

    from trainer_identities as i

)

select
    e.event_id,
    e.campaign_id,
    e.item_id,
    e.assignment_id,
    coalesce(a.trainer_id, t.person_id, e.trainer_id) as trainer_id,
    coalesce(a.vendor_id, e.vendor_id) as vendor_id,
    coalesce(a.task_type, e.task_type) as task_type,
    coalesce(a.gold_kind, e.gold_kind) as gold_kind,
    e.time_basis,
    e.day,
    e.event_type,
    case
        when e.event_type = 'audit_scored' then coalesce(e.outcome = 'incorrect', false) or coalesce(e.score < 0.5, false)
        else e.event_type = 'dispute_resolved' and coalesce(e.outcome = 'upheld', false)
    end as is_against,
    a.first_reviewer_id,
    a.first_outcome

from annotation_events as e

left join assignments as a
    on a.campaign_id = e.campaign_id
    and a.item_id = e.item_id
    and a.assignment_id = e.assignment_id

left join people_of as t on t.login_id = e.trainer_id and t.nth = 1

where e.item_id is not null
    and (
        e.event_type in ('dispute_opened', 'dispute_resolved')
        or (e.event_type = 'audit_scored' and (e.outcome in ('correct', 'incorrect') or e.score is not null))
    )
