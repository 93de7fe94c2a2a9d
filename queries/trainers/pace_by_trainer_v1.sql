-- How quick each trainer is beside everybody on the same kind of work, and how often very quick: in a range, and in its last days.
--
-- Production assignments with a known duration, by the day of first submission, per task type and way of
-- measuring. Typical is the mean of the logarithms of seconds, so that one long pause weighs little. Fast
-- is an assignment under the 5th percentile of established trainers (50 timed assignments or more in the
-- range; everybody where there is none). Work of assumed times and of unknown people does not count. The recent
-- figures are the same of the work from recent on, held against what everybody did then: what all do quicker is no
-- haste of one. Being fast is a reason to look at quality, not a fault.
--
-- grain: trainer_id, vendor_id, campaign_id, task_type, duration_basis
-- params:
--   since   date  first day, inclusive
--   recent  date  first of the last days
--   until   date  first day after the range
-- returns:
--   trainer_id              text
--   vendor_id               text?
--   campaign_id             text
--   task_type               text
--   duration_basis          text     how the durations were measured
--   timed                   bigint   assignments with a known duration
--   typical_seconds         double   the trainer's
--   team_seconds            double   everybody's, mean on the log scale too
--   fast_below_seconds      double   what counts as fast
--   fast                    bigint   of the timed, those that were
--   recent_timed            bigint
--   recent_typical_seconds  double?
--   recent_team_seconds     double?
--   recent_fast             bigint
--   fast_share              share(fast / timed)  0 to 1, 95 % Wilson interval
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
        cast(count(*) as double) as timed,
        sum(ln(t.duration_s)) as logs,
        cast(sum(case when t.day >= :recent then 1 else 0 end) as double) as recent_timed,
        sum(case when t.day >= :recent then ln(t.duration_s) end) as recent_logs

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
        sum(o.logs) over (partition by o.kind) / sum(o.timed) over (partition by o.kind) as team_log,
        sum(o.recent_logs) over (partition by o.kind)
        / nullif(sum(o.recent_timed) over (partition by o.kind), 0) as recent_team_log,
        case
            when sum(o.timed) over (partition by o.kind, o.trainer_id) >= 50 then 1 else 0
        end as is_established,
        case
            when sum(o.recent_timed) over (partition by o.kind, o.trainer_id) >= 50 then 1 else 0
        end as is_established_recently

    from own_times as o

),

-- of established people; of everybody where there is none
judged as (

    select
        p.work,
        p.is_established = max(p.is_established) over (partition by p.kind) as is_judged,
        p.is_established_recently
        = max(p.is_established_recently) over (partition by p.kind) as is_judged_recently

    from practised as p

),

-- whole milliseconds: numbers without a fraction are put in order at half the price
bounds as (

    select
        t.kind,
        quantile_cont(
            case when j.is_judged then cast(round(t.duration_s * 1000) as bigint) end, 0.05
        ) / 1000.0 as fast_below,
        quantile_cont(
            case
                when j.is_judged_recently and t.day >= :recent then cast(round(t.duration_s * 1000) as bigint)
            end, 0.05
        ) / 1000.0 as recent_fast_below

    from timed_work as t

    inner join judged as j
        on j.work = t.work

    where t.day >= :since
        and t.day < :until
        and t.duration_s > 0

    group by t.kind

),

quick as (

    select
        t.work,
        sum(case when t.duration_s < b.fast_below then 1 else 0 end) as fast,
        sum(
            case when t.day >= :recent and t.duration_s < b.recent_fast_below then 1 else 0 end
        ) as recent_fast

    from timed_work as t

    inner join bounds as b
        on b.kind = t.kind

    where t.day >= :since
        and t.day < :until
        and t.duration_s > 0
        and t.trainer_id is not null
        and t.duration_s < greatest(b.fast_below, coalesce(b.recent_fast_below, 0))

    group by t.work

)

select
    p.trainer_id,
    nullif(p.vendor, '') as vendor_id,
    p.campaign_id,
    p.task_type,
    p.duration_basis,
    cast(p.timed as bigint) as timed,
    exp(p.logs / p.timed) as typical_seconds,
    exp(p.team_log) as team_seconds,
    b.fast_below as fast_below_seconds,
    cast(coalesce(q.fast, 0) as bigint) as fast,
    cast(p.recent_timed as bigint) as recent_timed,
    exp(p.recent_logs / nullif(p.recent_timed, 0)) as recent_typical_seconds,
    exp(p.recent_team_log) as recent_team_seconds,
    cast(coalesce(q.recent_fast, 0) as bigint) as recent_fast

from practised as p

inner join bounds as b
    on b.kind = p.kind

left join quick as q
    on q.work = p.work

order by p.trainer_id, p.vendor, p.campaign_id, p.task_type, p.duration_basis
