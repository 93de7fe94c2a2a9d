-- Every assignment (one person's pass on one item) as it stands.
--
-- An edit, a further submission under the same attempt number, changes duration and answers but not the day:
-- that is the day of the first submission. A higher attempt number is rework and its seconds are rework_s.
-- A start, a skip or an expiry after the first submission changes nothing, and reviews count only for what
-- was submitted. The last review says the state until the next attempt is submitted; an overturned rejection
-- stands as accepted. Where the charter accepts by submission, work counts as accepted until it is rejected; so it does
-- where there is no charter and no file of the campaign knows reviews.
-- Events that name no item or no assignment make no assignment. Logins are merged into their person.
--
-- grain: assignment_id, item_id, campaign_id
-- refresh: item_id
-- returns:
--   assignment_id      text
--   item_id            text
--   campaign_id        text
--   batch_id           text?
--   trainer_id         text?       the person, logins merged
--   vendor_id          text?
--   role               text?
--   task_type          text
--   locale             text?
--   guideline_version  text?       of the first submission
--   gold_kind          text        hidden, training or none; training if it was scored as training
--   source             text
--   state              text        started, submitted, skipped, expired, accepted, rejected, escalated
--   day                date        of first submission, else of the last start, skip or expiry
--   time_basis         text
--   started_at         timestamp?
--   submitted_at       timestamp?  first submission
--   pass_no            bigint      1 for the first person to submit on the item, 0 if never submitted
--   attempts           bigint      attempts submitted
--   edits              bigint      further submissions under an attempt's number
--   duration_s         double?     of the first attempt's latest edit
--   duration_basis     text
--   rework_s           double?     of all later attempts
--   first_reviewed_at  timestamp?
--   first_outcome      text?       accepted, accepted_with_fix, rejected, escalated
--   first_reviewer_id  text?
--   last_reviewed_at   timestamp?
--   last_outcome       text?       an overturned rejection is accepted
--   reviews            bigint      without overturnings
--   rejections         bigint      events, also those overturned later
--   overturned         bigint
--   gold_score         double?     the latest
--   last_event_id      text?       the submission whose answers stand
with

agreed as (

    select
        c.campaign_id,
        c.acceptance,
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

people_of as (

    select
        i.login_id,
        i.trainer_id as person_id,
        row_number() over (partition by i.login_id order by i.recorded_at desc, i.trainer_id) as nth

    from trainer_identities as i

),

steps as (

    select
        e.campaign_id,
        e.item_id,
        e.assignment_id,
        e.event_id,
        e.event_type,
        e.occurred_at,
        e.day,
        e.time_basis,
        e.attempt_no,
        e.batch_id,
        e.trainer_id,
        e.actor_id,
        e.vendor_id,
        e.role,
        e.task_type,
        e.locale,
        e.guideline_version,
        e.source,
        e.score,
        e.recorded_at,
        case when e.duration_s >= 0 and e.duration_basis <> 'none' then e.duration_s end as known_s,
        e.duration_basis,
        case
            when e.gold_kind = 'hidden' and e.event_type <> 'gold_scored' then 2
            when e.gold_kind = 'training' then 1
            else 0
        end as gold,
        case e.event_type
            when 'review_accepted' then 'accepted'
            when 'review_accepted_with_fix' then 'accepted_with_fix'
            when 'review_rejected' then 'rejected'
            when 'review_escalated' then 'escalated'
            when 'review_overturned' then 'accepted'
        end as said,
        -- Each attempt's submissions are a part of their own and come first, by attempt.
        case
            when e.event_type = 'assignment_submitted' then e.attempt_no - 1000000
            when e.event_type in ('assignment_started', 'assignment_skipped', 'assignment_expired') then 1
            when e.event_type = 'gold_scored' then 3
            else 2
        end as part,
        -- What comes first of two events at one moment, as where only a nominal day is known.
        case e.event_type
            when 'assignment_started' then 1
            when 'assignment_submitted' then 2
            when 'assignment_skipped' then 3
            when 'assignment_expired' then 4
            when 'gold_scored' then 5
            when 'review_rejected' then 6
            when 'review_escalated' then 7
            when 'review_overturned' then 8
            when 'review_accepted_with_fix' then 9
            else 10
        end as turn

    from annotation_events as e

    where e.item_id is not null
        and e.assignment_id is not null
        and e.event_type in (
            'assignment_started', 'assignment_submitted', 'assignment_skipped', 'assignment_expired',
            'review_accepted', 'review_accepted_with_fix', 'review_rejected', 'review_escalated',
            'review_overturned', 'gold_scored'
        )

),

-- Most assignments have one submission and one review at most: nothing in them needs an order.
counted as (

    select
        s.campaign_id,
        s.item_id,
        s.assignment_id,
        count(*) filter (where s.part < 0) as submissions,
        count(*) filter (where s.part = 2) as verdicts,
        count(*) filter (where s.part = 3) as scorings,
        max(s.gold) as gold,
        min(s.occurred_at) filter (where s.event_type = 'assignment_started') as started_at,
        max(s.occurred_at) filter (where s.part = 2) as reviewed_at,
        max(s.said) filter (where s.part = 2) as outcome,
        max(s.event_type) filter (where s.part = 2) as verdict,
        max(s.actor_id) filter (where s.part = 2) as reviewer_id,
        max(s.attempt_no) filter (where s.part = 2) as review_attempt_no,
        max(s.score) filter (where s.part = 3) as gold_score

    from steps as s

    group by s.campaign_id, s.item_id, s.assignment_id

),

tangled as (

    select c.campaign_id, c.item_id, c.assignment_id

    from counted as c

    where c.submissions <> 1
        or c.verdicts > 1
        or c.scorings > 1

),

placed as (

    select
        s.*,
        first_value(s.part) over w as first_part,
        row_number() over w as place,
        coalesce(lag(s.part) over w, 0) <> s.part as is_first,
        coalesce(lead(s.part) over w, 0) <> s.part as is_last,
        coalesce(lead(s.part) over w, 0) >= 0 as is_end

    from steps as s

    join tangled as t
        on t.campaign_id = s.campaign_id
        and t.item_id = s.item_id
        and t.assignment_id = s.assignment_id

    window w as (
        partition by s.campaign_id, s.item_id, s.assignment_id
        order by s.part, s.occurred_at, s.attempt_no, s.turn, s.recorded_at, s.event_id
    )

),

marked as (

    select
        p.*,
        -- The row that says whose assignment it is and of which day.
        case when p.first_part < 0 then p.place = 1 else p.part = 1 and p.is_last end as is_anchor,
        p.part < 0 and p.is_last and p.is_end as is_standing

    from placed as p

),

summed as (

    select
        m.campaign_id,
        m.item_id,
        m.assignment_id,
        max(m.batch_id) filter (where m.is_anchor) as batch_id,
        max(m.trainer_id) filter (where m.is_anchor) as login_id,
        max(m.vendor_id) filter (where m.is_anchor) as vendor_id,
        max(m.role) filter (where m.is_anchor) as role,
        max(m.task_type) filter (where m.is_anchor) as task_type,
        max(m.locale) filter (where m.is_anchor) as locale,
        max(m.guideline_version) filter (where m.is_anchor) as guideline_version,
        max(m.source) filter (where m.is_anchor) as source,
        max(m.day) filter (where m.is_anchor) as day,
        max(m.time_basis) filter (where m.is_anchor) as time_basis,
        max(m.event_type) filter (where m.is_anchor) as anchor_type,
        max(m.gold) as gold,
        min(m.occurred_at) filter (where m.event_type = 'assignment_started') as started_at,
        min(m.occurred_at) filter (where m.part < 0) as submitted_at,
        max(m.occurred_at) filter (where m.part < 0 and m.is_first) as last_attempt_at,
        max(m.attempt_no) filter (where m.part < 0) as last_attempt_no,
        count(*) filter (where m.part < 0 and m.is_first) as attempts,
        count(*) filter (where m.part < 0 and not m.is_first) as edits,
        max(m.known_s) filter (where m.is_last and m.part = m.first_part and m.part < 0) as duration_s,
        max(m.duration_basis) filter (where m.is_last and m.part = m.first_part and m.part < 0) as duration_basis,
        sum(m.known_s) filter (where m.is_last and m.part > m.first_part and m.part < 0) as rework_s,
        min(m.occurred_at) filter (where m.part = 2) as first_reviewed_at,
        max(m.said) filter (where m.part = 2 and m.is_first) as first_outcome,
        max(m.actor_id) filter (where m.part = 2 and m.is_first) as first_actor_id,
        max(m.occurred_at) filter (where m.part = 2) as last_reviewed_at,
        max(m.said) filter (where m.part = 2 and m.is_last) as last_outcome,
        max(m.attempt_no) filter (where m.part = 2 and m.is_last) as last_review_attempt_no,
        count(*) filter (where m.part = 2 and m.event_type <> 'review_overturned') as reviews,
        count(*) filter (where m.event_type = 'review_rejected') as rejections,
        count(*) filter (where m.event_type = 'review_overturned') as overturned,
        max(m.score) filter (where m.part = 3 and m.is_last) as gold_score,
        max(m.event_id) filter (where m.is_standing) as last_event_id

    from marked as m

    group by m.campaign_id, m.item_id, m.assignment_id

),

plain as (

    select
        s.campaign_id,
        s.item_id,
        s.assignment_id,
        s.batch_id,
        s.trainer_id as login_id,
        s.vendor_id,
        s.role,
        s.task_type,
        s.locale,
        s.guideline_version,
        s.source,
        s.day,
        s.time_basis,
        s.event_type as anchor_type,
        c.gold,
        c.started_at,
        s.occurred_at as submitted_at,
        s.occurred_at as last_attempt_at,
        s.attempt_no as last_attempt_no,
        1 as attempts,
        0 as edits,
        s.known_s as duration_s,
        s.duration_basis,
        cast(null as double) as rework_s,
        c.reviewed_at as first_reviewed_at,
        c.outcome as first_outcome,
        c.reviewer_id as first_actor_id,
        c.reviewed_at as last_reviewed_at,
        c.outcome as last_outcome,
        c.review_attempt_no as last_review_attempt_no,
        case when c.verdicts = 1 and c.verdict <> 'review_overturned' then 1 else 0 end as reviews,
        case when c.verdict = 'review_rejected' then 1 else 0 end as rejections,
        case when c.verdict = 'review_overturned' then 1 else 0 end as overturned,
        c.gold_score,
        s.event_id as last_event_id

    from steps as s

    join counted as c
        on c.campaign_id = s.campaign_id
        and c.item_id = s.item_id
        and c.assignment_id = s.assignment_id

    where s.part < 0
        and c.submissions = 1
        and c.verdicts <= 1
        and c.scorings <= 1

),

everyone as (

    select * from plain

    union all

    select * from summed

)

select
    s.assignment_id,
    s.item_id,
    s.campaign_id,
    s.batch_id,
    coalesce(t.person_id, s.login_id) as trainer_id,
    s.vendor_id,
    s.role,
    s.task_type,
    s.locale,
    s.guideline_version,
    case s.gold when 2 then 'hidden' when 1 then 'training' else 'none' end as gold_kind,
    s.source,
    case
        when s.submitted_at is null then substr(s.anchor_type, 12)
        when s.last_reviewed_at > s.last_attempt_at
            or (s.last_reviewed_at = s.last_attempt_at and s.last_review_attempt_no >= s.last_attempt_no)
            then case when s.last_outcome = 'accepted_with_fix' then 'accepted' else s.last_outcome end
        when coalesce(a.acceptance, u.acceptance) = 'submission' then 'accepted'
        else 'submitted'
    end as state,
    s.day,
    s.time_basis,
    s.started_at,
    s.submitted_at,
    case
        when s.submitted_at is null then 0
        else row_number() over (
            partition by s.campaign_id, s.item_id
            order by case when s.submitted_at is null then 1 else 0 end, s.submitted_at, s.assignment_id
        )
    end as pass_no,
    s.attempts,
    s.edits,
    s.duration_s,
    case when s.duration_s is null then 'none' else s.duration_basis end as duration_basis,
    s.rework_s,
    case when s.attempts > 0 then s.first_reviewed_at end as first_reviewed_at,
    case when s.attempts > 0 then s.first_outcome end as first_outcome,
    case when s.attempts > 0 then coalesce(r.person_id, s.first_actor_id) end as first_reviewer_id,
    case when s.attempts > 0 then s.last_reviewed_at end as last_reviewed_at,
    case when s.attempts > 0 then s.last_outcome end as last_outcome,
    case when s.attempts > 0 then s.reviews else 0 end as reviews,
    case when s.attempts > 0 then s.rejections else 0 end as rejections,
    case when s.attempts > 0 then s.overturned else 0 end as overturned,
    case when s.attempts > 0 then s.gold_score end as gold_score,
    s.last_event_id

from everyone as s

left join agreed as a on a.campaign_id = s.campaign_id and a.nth = 1

left join unsaid as u on u.campaign_id = s.campaign_id and u.nth = 1

left join people_of as t on t.login_id = s.login_id and t.nth = 1

left join people_of as r on r.login_id = s.first_actor_id and r.nth = 1

where s.anchor_type is not null
