-- Every piece of work and every cost: when somebody worked, for how long, and what it cost by itself.
--
-- A piece is an attempt's submission (ending at its first submission, with the duration and the cost of its latest edit), a
-- review (the reviewer's work), a work session, or any other event with a cost of its own. The time of work reaches back
-- from its end by the duration, not before the attempt's start where that is known and not later than its end. Elapsed durations and gaps are cut at the
-- charter's idle limit (30 minutes without a charter), all others at a day. There is no time of work where the duration or its basis
-- is unknown or the time is assumed. Category: gold; else review (reviewers' and adjudicators' work); else rework (not the
-- first attempt); else overlap (not the first to submit on the item); else annotation. A posted cost has its reason.
--
-- grain: work_id, day
-- refresh: item_id
-- returns:
--   item_id         text     the event's own id where it belongs to no item
--   work_id         text     the event that ended it
--   kind            text     submission, review, session, other
--   campaign_id     text
--   assignment_id   text?
--   attempt_no      bigint   1 for an assignment's first attempt, 2 for all later ones
--   trainer_id      text?    the person who worked, logins merged
--   vendor_id       text?
--   role            text
--   task_type       text
--   locale          text?
--   gold_kind       text
--   category        text     annotation, overlap, review, rework, gold, onboarding, bonus, fee, or as posted
--   time_basis      text
--   day             date
--   pieces          bigint   1; 0 in the row of the day before for work across midnight
--   from_s          double?  seconds since the day's midnight
--   to_s            double?
--   is_cut          boolean  the time of work is shorter than the duration
--   duration_s      double?
--   duration_basis  text
--   cost            double?  the event's own
--   currency        text?
with

agreed as (

    select
        c.campaign_id,
        c.idle_limit_s,
        row_number() over (partition by c.campaign_id order by c.version desc, c.recorded_at desc) as nth

    from charters as c

),

people_of as (

    select
        i.login_id,
        i.trainer_id as person_id,
        row_number() over (partition by i.login_id order by i.recorded_at desc, i.trainer_id) as nth

    from trainer_identities as i

),

submissions as (

    select
        e.campaign_id,
        e.item_id,
        e.assignment_id,
        e.attempt_no,
        e.event_id,
        e.occurred_at,
        e.day,
        e.time_basis,
        e.recorded_at,
        e.trainer_id,
        e.vendor_id,
        e.role,
        e.task_type,
        e.locale,
        case when e.duration_s >= 0 and e.duration_basis <> 'none' then e.duration_s end as known_s,
        e.duration_basis,
        e.cost,
        e.currency,
        a.gold_kind,
        a.pass_no,
        a.started_at,
        a.attempts = 1 and a.edits = 0 as is_only

    from annotation_events as e

    join assignments as a
        on a.campaign_id = e.campaign_id
        and a.item_id = e.item_id
        and a.assignment_id = e.assignment_id

    where e.event_type = 'assignment_submitted'

),

placed as (

    select
        s.*,
        case when s.attempt_no > first_value(s.attempt_no) over w then 2 else 1 end as nth_attempt,
        coalesce(lag(s.attempt_no) over w, s.attempt_no - 1) <> s.attempt_no as is_first,
        coalesce(lead(s.attempt_no) over w, s.attempt_no - 1) <> s.attempt_no as is_last

    from submissions as s

    where not s.is_only

    window w as (
        partition by s.campaign_id, s.item_id, s.assignment_id
        order by s.attempt_no, s.occurred_at, s.recorded_at, s.event_id
    )

),

-- The starts of later attempts; the first attempt's stands in its assignment.
starts as (

    select
        e.campaign_id,
        e.item_id,
        e.assignment_id,
        e.attempt_no,
        min(e.occurred_at) as started_at

    from annotation_events as e

    where e.event_type = 'assignment_started'
        and e.attempt_no > 1
        and e.item_id is not null
        and e.assignment_id is not null

    group by e.campaign_id, e.item_id, e.assignment_id, e.attempt_no

),

edited as (

    select
        s.*,
        l.known_s as last_known_s,
        l.duration_basis as last_basis,
        l.cost as last_cost,
        l.currency as last_currency,
        case when s.nth_attempt = 1 then s.started_at else b.started_at end as attempt_started_at

    from placed as s

    join placed as l
        on l.campaign_id = s.campaign_id
        and l.item_id = s.item_id
        and l.assignment_id = s.assignment_id
        and l.attempt_no = s.attempt_no
        and l.is_last

    left join starts as b
        on b.campaign_id = s.campaign_id
        and b.item_id = s.item_id
        and b.assignment_id = s.assignment_id
        and b.attempt_no = s.attempt_no

    where s.is_first

),

attempts as (

    select
        s.campaign_id, s.item_id, s.assignment_id, s.event_id, s.occurred_at, s.day, s.time_basis, s.trainer_id,
        s.vendor_id, s.role, s.task_type, s.locale, s.gold_kind, s.pass_no, 1 as nth_attempt, s.started_at,
        s.known_s, s.duration_basis, s.cost, s.currency

    from submissions as s

    where s.is_only

    union all

    select
        s.campaign_id, s.item_id, s.assignment_id, s.event_id, s.occurred_at, s.day, s.time_basis, s.trainer_id,
        s.vendor_id, s.role, s.task_type, s.locale, s.gold_kind, s.pass_no, s.nth_attempt, s.attempt_started_at,
        s.last_known_s, s.last_basis, s.last_cost, s.last_currency

    from edited as s

),

submitted as (

    select
        s.item_id,
        s.event_id as work_id,
        'submission' as kind,
        s.campaign_id,
        s.assignment_id,
        s.nth_attempt as attempt_no,
        s.trainer_id as login_id,
        s.vendor_id,
        coalesce(s.role, 'annotator') as role,
        s.task_type,
        s.locale,
        s.gold_kind,
        case
            when s.gold_kind <> 'none' then 'gold'
            when s.role in ('reviewer', 'adjudicator') then 'review'
            when s.nth_attempt > 1 then 'rework'
            when s.pass_no > 1 then 'overlap'
            else 'annotation'
        end as category,
        s.time_basis,
        s.day,
        s.occurred_at,
        case when s.started_at <= s.occurred_at then s.started_at end as started_at,
        s.known_s,
        s.duration_basis,
        s.cost,
        s.currency

    from attempts as s

),

others as (

    select
        coalesce(e.item_id, e.event_id) as item_id,
        e.event_id as work_id,
        case
            when e.event_type like 'review_%' or e.event_type = 'audit_scored' then 'review'
            when e.event_type = 'work_session' then 'session'
            else 'other'
        end as kind,
        e.campaign_id,
        e.assignment_id,
        1 as attempt_no,
        case
            when e.event_type like 'review_%' or e.event_type = 'audit_scored' then e.actor_id
            else e.trainer_id
        end as login_id,
        e.vendor_id,
        case
            when e.event_type like 'review_%' or e.event_type = 'audit_scored' then 'reviewer'
            else coalesce(e.role, 'annotator')
        end as role,
        e.task_type,
        e.locale,
        e.gold_kind,
        case
            when e.event_type like 'review_%' or e.event_type = 'audit_scored' then 'review'
            when e.event_type = 'trainer_stage_reached' then 'onboarding'
            when e.event_type = 'cost_posted' then coalesce(e.reason, 'fee')
            when e.gold_kind <> 'none' then 'gold'
            when e.role in ('reviewer', 'adjudicator') then 'review'
            else 'annotation'
        end as category,
        e.time_basis,
        e.day,
        e.occurred_at,
        cast(null as timestamp) as started_at,
        case
            when e.duration_s >= 0 and (e.duration_basis <> 'none' or e.event_type = 'work_session') then e.duration_s
        end as known_s,
        e.duration_basis,
        e.cost,
        e.currency

    from annotation_events as e

    where e.event_type <> 'assignment_submitted'
        and (
            e.cost is not null
            or e.event_type = 'work_session'
            or (
                e.event_type in (
                    'review_accepted', 'review_accepted_with_fix', 'review_rejected', 'review_escalated',
                    'review_overturned', 'audit_scored'
                )
                and e.actor_id is not null
            )
        )

),

everything as (

    select * from submitted

    union all

    select * from others

),

timed as (

    select
        e.*,
        case
            when e.time_basis = 'recorded' and (e.kind <> 'other') then e.known_s
        end as worked_s,
        case
            when e.kind = 'session' or e.duration_basis in ('active', 'self_reported', 'vendor_billed') then 86400.0
            else least(coalesce(a.idle_limit_s, 1800.0), 86400.0)
        end as limit_s,
        date_diff('microsecond', cast(e.day as timestamp), e.occurred_at) / 1000000.0 as end_s,
        date_diff('microsecond', cast(e.day as timestamp), e.started_at) / 1000000.0 as start_s

    from everything as e

    left join agreed as a on a.campaign_id = e.campaign_id and a.nth = 1

),

pieces as (

    select
        t.*,
        case
            when t.worked_s is null then null
            when t.start_s is null then t.end_s - least(t.worked_s, t.limit_s)
            else greatest(t.end_s - least(t.worked_s, t.limit_s), t.start_s)
        end as begin_s

    from timed as t

),

days as (

    select
        p.*,
        1 as pieces,
        p.day as on_day,
        p.begin_s as from_s,
        case when p.begin_s is not null then p.end_s end as to_s

    from pieces as p

    union all

    select
        p.*,
        0 as pieces,
        cast(p.day - interval '1' day as date) as on_day,
        p.begin_s + 86400 as from_s,
        p.end_s + 86400 as to_s

    from pieces as p

    where p.begin_s < 0

)

select
    d.item_id,
    d.work_id,
    d.kind,
    d.campaign_id,
    d.assignment_id,
    d.attempt_no,
    coalesce(t.person_id, d.login_id) as trainer_id,
    d.vendor_id,
    d.role,
    d.task_type,
    d.locale,
    d.gold_kind,
    d.category,
    d.time_basis,
    d.on_day as day,
    d.pieces,
    d.from_s,
    d.to_s,
    -- A millisecond is lost in the arithmetic of times.
    d.from_s is not null and d.worked_s > d.to_s - d.from_s + 0.001 as is_cut,
    d.known_s as duration_s,
    d.duration_basis,
    d.cost,
    d.currency

from days as d

left join people_of as t on t.login_id = d.login_id and t.nth = 1
