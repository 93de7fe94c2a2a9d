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
--   typical_seconds     double   the trainer's, mean on the log scale
--   usual_seconds       double   everybody's median
--   distance            double?  spreads that the trainer lies above (slow) or below (fast) what is usual
--   fast_below_seconds  double   what counts as fast
--   fast                bigint   of the timed, those that were
--   fast_share          share(fast / timed)  0 to 1, 95 % Wilson interval
with

timed as (

    select
        a.trainer_id,
        coalesce(a.vendor_id, '') as vendor,
        a.campaign_id,
        a.task_type,
        a.duration_basis,
        a.duration_s,
        ln(a.duration_s) as log_s,
        count(*) over (
            partition by a.trainer_id, a.campaign_id, a.task_type, a.duration_basis
        ) as own_timed

    from assignments as a

    where a.day >= :since
        and a.day < :until
        and a.gold_kind = 'none'
        and a.time_basis = 'recorded'
        and a.submitted_at is not null
        and a.duration_s > 0
        and a.trainer_id is not null

),

usual as (

    select
        t.campaign_id,
        t.task_type,
        t.duration_basis,
        quantile_cont(t.log_s, 0.5) as usual_log,
        quantile_cont(t.duration_s, 0.05) as fast_of_all,
        quantile_cont(case when t.own_timed >= 50 then t.duration_s end, 0.05) as fast_of_established

    from timed as t

    group by t.campaign_id, t.task_type, t.duration_basis

),

spreads as (

    select
        t.campaign_id,
        t.task_type,
        t.duration_basis,
        1.4826 * quantile_cont(abs(t.log_s - u.usual_log), 0.5) as spread

    from timed as t

    inner join usual as u
        on u.campaign_id = t.campaign_id
        and u.task_type = t.task_type
        and u.duration_basis = t.duration_basis

    group by t.campaign_id, t.task_type, t.duration_basis

)

select
    t.trainer_id,
    nullif(t.vendor, '') as vendor_id,
    t.campaign_id,
    t.task_type,
    t.duration_basis,
    cast(count(*) as bigint) as timed,
    exp(avg(t.log_s)) as typical_seconds,
    exp(max(u.usual_log)) as usual_seconds,
    case when max(s.spread) > 0 then (avg(t.log_s) - max(u.usual_log)) / max(s.spread) end as distance,
    max(coalesce(u.fast_of_established, u.fast_of_all)) as fast_below_seconds,
    cast(
        count(*) filter (where t.duration_s < coalesce(u.fast_of_established, u.fast_of_all)) as bigint
    ) as fast

from timed as t

inner join usual as u
    on u.campaign_id = t.campaign_id
    and u.task_type = t.task_type
    and u.duration_basis = t.duration_basis

inner join spreads as s
    on s.campaign_id = t.campaign_id
    and s.task_type = t.task_type
    and s.duration_basis = t.duration_basis

group by t.trainer_id, t.vendor, t.campaign_id, t.task_type, t.duration_basis

order by t.trainer_id, t.vendor, t.campaign_id, t.task_type, t.duration_basis
