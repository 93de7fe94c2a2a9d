-- An item's changes of state, in their order.
--
-- An item is removed; else accepted, if as many of its assignments stand accepted as the charter requires
-- (one where there is no charter); else in rework, if one stands rejected; else awaiting review, if one is submitted
-- or escalated; else in work, if one is started; else available. An assignment's first submission of each attempt
-- and its reviews move it; edits do not, nor does a start, a skip or an expiry after a submission, nor a review before
-- one. Where the charter accepts by submission, submitted is accepted until rejected; so it is where there is no charter
-- and no file of the campaign knows reviews. Of two events at one moment the
-- one that comes first in an item's life counts first. The first row comes from ''. An item is gold, and its times are assumed,
-- if any of its events says so. The change of a charter changes all of the past: the last version is in force.
--
-- grain: campaign_id, item_id, place
-- refresh: item_id
-- returns:
--   item_id      text
--   campaign_id  text
--   task_type    text
--   gold_kind    text
--   time_basis   text
--   occurred_at  timestamp
--   day          date
--   place        bigint     rises with each change, not by one
--   from_state   text       '' where the item was not known before
--   to_state     text       available, in_work, awaiting_review, in_rework, accepted, removed
with

agreed as (

    select
        c.campaign_id,
        c.acceptance,
        c.required_annotations,
        row_number() over (partition by c.campaign_id order by c.version desc, c.recorded_at desc) as nth

    from charters as c

),

unsaid as (

    select
        u.campaign_id,
        u.acceptance,
        row_number() over (partition by u.campaign_id order by u.recorded_at desc) as nth

    from acceptance_rules as u

),

steps as (

    select
        e.campaign_id,
        e.item_id,
        e.occurred_at,
        e.day,
        e.attempt_no,
        -- The item's own life is kept like that of one more assignment.
        case when e.event_type in ('item_created', 'item_removed') then '' else e.assignment_id end as thread,
        case e.event_type
            when 'item_created' then 0
            when 'assignment_started' then 1
            when 'assignment_submitted' then 2
            when 'assignment_skipped' then 3
            when 'assignment_expired' then 4
            when 'review_rejected' then 6
            when 'review_escalated' then 7
            when 'review_overturned' then 8
            when 'review_accepted_with_fix' then 9
            when 'review_accepted' then 10
            else 11
        end as turn

    from annotation_events as e

    where e.item_id is not null
        and (
            e.event_type in ('item_created', 'item_removed')
            or (
                e.assignment_id is not null
                and e.event_type in (
                    'assignment_started', 'assignment_submitted', 'assignment_skipped', 'assignment_expired',
                    'review_accepted', 'review_accepted_with_fix', 'review_rejected', 'review_escalated',
                    'review_overturned'
                )
            )
        )

),

told as (

    select
        s.*,
        max(case when s.turn = 2 then s.attempt_no end) over (
            partition by s.campaign_id, s.item_id, s.thread
            order by s.occurred_at, s.attempt_no, s.turn
            rows between unbounded preceding and 1 preceding
        ) as attempt_before

    from steps as s

),

moves as (

    select
        t.campaign_id,
        t.item_id,
        t.thread,
        t.occurred_at,
        t.day,
        t.attempt_no,
        t.turn,
        coalesce(a.required_annotations, 1) as required,
        case
            when t.turn = 0 then 'available'
            when t.turn = 11 then 'removed'
            when t.turn = 1 then 'started'
            when t.turn in (3, 4) then 'available'
            when t.turn = 2 and coalesce(a.acceptance, u.acceptance) = 'submission' then 'accepted'
            when t.turn in (2, 7) then 'waiting'
            when t.turn = 6 then 'rejected'
            else 'accepted'
        end as state

    from told as t

    left join agreed as a on a.campaign_id = t.campaign_id and a.nth = 1

    left join unsaid as u on u.campaign_id = t.campaign_id and u.nth = 1

    where t.turn in (0, 11)
        or (t.turn = 2 and t.attempt_no > coalesce(t.attempt_before, -1))
        or (t.turn in (1, 3, 4) and t.attempt_before is null)
        or (t.turn between 6 and 10 and t.attempt_before is not null)

),

paired as (

    select
        m.*,
        coalesce(
            lag(m.state) over (
                partition by m.campaign_id, m.item_id, m.thread
                order by m.occurred_at, m.attempt_no, m.turn
            ),
            'available'
        ) as state_before

    from moves as m

),

changes as (

    select
        p.*,
        cast(p.state = 'removed' as integer) - cast(p.state_before = 'removed' as integer) as removed,
        cast(p.state = 'accepted' as integer) - cast(p.state_before = 'accepted' as integer) as accepted,
        cast(p.state = 'rejected' as integer) - cast(p.state_before = 'rejected' as integer) as rejected,
        cast(p.state = 'waiting' as integer) - cast(p.state_before = 'waiting' as integer) as waiting,
        cast(p.state = 'started' as integer) - cast(p.state_before = 'started' as integer) as started

    from paired as p

),

counted as (

    select
        c.*,
        row_number() over w as place,
        sum(c.removed) over w as removed_now,
        sum(c.accepted) over w as accepted_now,
        sum(c.rejected) over w as rejected_now,
        sum(c.waiting) over w as waiting_now,
        sum(c.started) over w as started_now

    from changes as c

    window w as (
        partition by c.campaign_id, c.item_id
        order by c.occurred_at, c.attempt_no, c.turn, c.thread
        rows between unbounded preceding and current row
    )

),

states as (

    select
        c.campaign_id,
        c.item_id,
        c.occurred_at,
        c.day,
        c.place,
        case
            when c.place = 1 then ''
            when c.removed_now - c.removed > 0 then 'removed'
            when c.accepted_now - c.accepted >= c.required then 'accepted'
            when c.rejected_now - c.rejected > 0 then 'in_rework'
            when c.waiting_now - c.waiting > 0 then 'awaiting_review'
            when c.started_now - c.started > 0 then 'in_work'
            else 'available'
        end as from_state,
        case
            when c.removed_now > 0 then 'removed'
            when c.accepted_now >= c.required then 'accepted'
            when c.rejected_now > 0 then 'in_rework'
            when c.waiting_now > 0 then 'awaiting_review'
            when c.started_now > 0 then 'in_work'
            else 'available'
        end as to_state

    from counted as c

),

kinds as (

    select
        e.campaign_id,
        e.item_id,
        coalesce(min(case when e.task_type <> 'unknown' then e.task_type end), 'unknown') as task_type,
        max(case
            when e.gold_kind = 'hidden' and e.event_type <> 'gold_scored' then 2
            when e.gold_kind = 'training' then 1
            else 0
        end) as gold,
        min(e.time_basis) as time_basis

    from annotation_events as e

    where e.item_id is not null

    group by e.campaign_id, e.item_id

)

select
    s.item_id,
    s.campaign_id,
    k.task_type,
    case k.gold when 2 then 'hidden' when 1 then 'training' else 'none' end as gold_kind,
    k.time_basis,
    s.occurred_at,
    s.day,
    s.place,
    s.from_state,
    s.to_state

from states as s

join kinds as k on k.campaign_id = s.campaign_id and k.item_id = s.item_id

where s.from_state <> s.to_state
