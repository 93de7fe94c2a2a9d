-- How fast each trainer works against what is usual for the same kind of work.
--
-- Production assignments with a known duration, by the day of first submission, per task type and way of
-- measuring. Usual is the median of everybody's logarithm of seconds, the spread 1.4826 times the median
-- distance from it. Fast is an assignment under the 5th percentile of established trainers (50 timed
-- assignments or more in the range; everybody where there is none). Work of assumed times and of unknown
-- people does not count. Being fast is a reason to look at quality, not a fault.
--
-- grain: trainer_id, vendor_id, campaign_id, task_type, duration_basis
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   trainer_id          text
--   vendor_id           text?
--   campaign_id         text
--   task_type           text
--   duration_basis      text     how the durations were measured
--   timed               bigint   assignments with a known duration
--   median_seconds      double   the trainer's
--   typical_seconds     double   the trainer's, mean on the log scale
--   usual_seconds       double   everybody's median
--   distance            double?  spreads that the trainer lies above (slow) or below (fast) what is usual
--   fast_below_seconds  double   what counts as fast
--   fast                bigint   of the timed, those that were
--   fast_share          share(fast / timed)  0 to 1, 95 % Wilson interval
with

own_times as (

    select
        t.work,
        any_value(t.kind) as kind,
        any_value(t.trainer_id) as trainer_id,
        coalesce(any_value(t.vendor_id), '') as vendor,
        any_value(t.campaign_id) as campaign_id,
        any_value(t.task_type) as task_type,
        any_value(t.duration_basis) as duration_basis,
        count(*) as timed,
        avg(ln(t.duration_s)) as typical_log,
        quantile_cont(t.duration_s, 0.5) as median_seconds

    from timed_work as t

    where t.day >= :since
        and t.day < :until
        and t.duration_s > 0
        and t.trainer_id is not null

    group by t.work

),

-- a person's work for two vendors makes one person's experience
practised as (

    select
        o.*,
        case when sum(o.timed) over (partition by o.kind, o.trainer_id) >= 50 then 1 else 0 end as is_established

    from own_times as o

),

-- of established people; of everybody where there is none
judged as (

    select
        p.work,
        p.is_established = max(p.is_established) over (partition by p.kind) as is_judged

    from practised as p

),

usual as (

    select
        t.kind,
        quantile_cont(ln(t.duration_s), 0.5) as usual_log,
        quantile_cont(case when j.is_judged then t.duration_s end, 0.05) as fast_below

    from timed_work as t

    inner join judged as j
        on j.work = t.work

    where t.day >= :since
        and t.day < :until
        and t.duration_s > 0

    group by t.kind

),

spreads as (

    select
        t.kind,
        1.4826 * quantile_cont(abs(ln(t.duration_s) - u.usual_log), 0.5) as spread

    from timed_work as t

    inner join usual as u
        on u.kind = t.kind

    where t.day >= :since
        and t.day < :until
        and t.duration_s > 0
        and t.trainer_id is not null

    group by t.kind

),

quick as (

    select
        t.work,
        count(*) as fast

    from timed_work as t

    inner join usual as u
        on u.kind = t.kind

    where t.day >= :since
        and t.day < :until
        and t.duration_s > 0
        and t.trainer_id is not null
        and t.duration_s < u.fast_below

    group by t.work

)

select
    p.trainer_id,
    nullif(p.vendor, '') as vendor_id,
    p.campaign_id,
    p.task_type,
    p.duration_basis,
    cast(p.timed as bigint) as timed,
    p.median_seconds,
    exp(p.typical_log) as typical_seconds,
    exp(u.usual_log) as usual_seconds,
    case when s.spread > 0 then (p.typical_log - u.usual_log) / s.spread end as distance,
    u.fast_below as fast_below_seconds,
    cast(coalesce(q.fast, 0) as bigint) as fast

from practised as p

inner join usual as u
    on u.kind = p.kind

inner join spreads as s
    on s.kind = p.kind

left join quick as q
    on q.work = p.work

order by p.trainer_id, p.vendor, p.campaign_id, p.task_type, p.duration_basis
