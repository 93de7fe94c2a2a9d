-- Seconds each person worked on a day: the union of the times of their pieces of work.
--
-- A second that two pieces share is credited to the one that began first, whatever its campaign; work across midnight
-- counts on both days. Where a person has work sessions in a campaign on a day, those are the time worked there and then, and the
-- campaign's other pieces of that day are not. Work without a known person, duration or time has no hours.
--
-- grain: campaign_id, vendor_id, trainer_id, role, task_type, locale, category, duration_basis, day
-- refresh: trainer_id, day
-- returns:
--   campaign_id     text
--   vendor_id       text?
--   trainer_id      text    the person, logins merged; the reviewer of a review
--   role            text
--   task_type       text
--   locale          text?
--   category        text
--   duration_basis  text
--   day             date
--   intervals       bigint  pieces of work that ended on the day
--   cut             bigint  of these shorter than their duration
--   worked_s        double  seconds of the union
--   claimed_s       double  sum of the durations
--   payable_s       double  seconds of the union without a cost of their own
with

sessions as (

    select
        w.trainer_id,
        w.campaign_id,
        w.day

    from work_pieces as w

    where w.kind = 'session'
        and w.from_s is not null
        and w.trainer_id is not null

    group by w.trainer_id, w.campaign_id, w.day

),

pieces as (

    select
        w.*,
        greatest(w.from_s, 0.0) as begin_s,
        least(w.to_s, 86400.0) as end_s

    from work_pieces as w

    left join sessions as s
        on s.trainer_id = w.trainer_id
        and s.campaign_id = w.campaign_id
        and s.day = w.day

    where w.from_s is not null
        and w.trainer_id is not null
        and (w.kind = 'session' or s.trainer_id is null)

),

swept as (

    select
        p.*,
        max(p.end_s) over (
            partition by p.trainer_id, p.day
            order by p.from_s, p.to_s, p.work_id
            rows between unbounded preceding and 1 preceding
        ) as reached_s

    from pieces as p

),

credited as (

    select
        s.*,
        greatest(s.end_s - greatest(s.begin_s, coalesce(s.reached_s, 0.0)), 0.0) as own_s

    from swept as s

)

select
    c.campaign_id,
    c.vendor_id,
    c.trainer_id,
    c.role,
    c.task_type,
    c.locale,
    c.category,
    c.duration_basis,
    c.day,
    cast(sum(c.pieces) as bigint) as intervals,
    cast(sum(case when c.is_cut then c.pieces else 0 end) as bigint) as cut,
    sum(c.own_s) as worked_s,
    sum(case when c.pieces = 1 then c.duration_s else 0.0 end) as claimed_s,
    sum(case when c.cost is null then c.own_s else 0.0 end) as payable_s

from credited as c

group by
    c.campaign_id, c.vendor_id, c.trainer_id, c.role, c.task_type, c.locale, c.category, c.duration_basis, c.day
