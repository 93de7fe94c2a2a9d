-- How long one annotation takes, per campaign, task type and week.
--
-- Seconds of assignments on production items whose duration is known, by the week of their first submission.
-- Durations of different basis (active, open to submit, ..) measure different things
-- and stay apart. Percentiles are read from logarithmic buckets: right to within 1 %.
--
-- grain: campaign_id, task_type, duration_basis, week
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   task_type       text
--   duration_basis  text    how the duration was measured
--   week            date    Monday of the week, UTC
--   assignments     bigint  with a known duration
--   mean_seconds    double
--   median_seconds  double  half of them take no longer
--   p90_seconds     double  nine in ten take no longer
with

buckets as (

    select
        d.campaign_id,
        d.task_type,
        d.duration_basis,
        cast(date_trunc('week', d.day) as date) as week,
        d.bucket,
        sum(d.assignments) as assignments,
        sum(d.seconds) as seconds

    from durations_by_day as d

    where d.day >= :since
        and d.day < :until

    group by 
        d.campaign_id,
        d.task_type,
        d.duration_basis,
        cast(date_trunc('week', d.day) as date),
        d.bucket

),

ranked as (

    select
        b.campaign_id,
        b.task_type,
        b.duration_basis,
        b.week,
        b.bucket,
        b.assignments,
        b.seconds,
        sum(b.assignments) over (
            partition by b.campaign_id, b.task_type, b.duration_basis, b.week
            order by b.bucket
            rows between unbounded preceding and current row
        ) as up_to,
        sum(b.assignments) over (
            partition by b.campaign_id, b.task_type, b.duration_basis, b.week
        ) as in_all

    from buckets as b

),

read_off as (

    select
        r.campaign_id,
        r.task_type,
        r.duration_basis,
        r.week,
        sum(r.assignments) as assignments,
        sum(r.seconds) as seconds,
        min(case when r.up_to > 0.5 * (r.in_all - 1) then r.bucket end) as median_bucket,
        min(case when r.up_to > 0.9 * (r.in_all - 1) then r.bucket end) as p90_bucket

    from ranked as r

    group by r.campaign_id, r.task_type, r.duration_basis, r.week

)

select
    o.campaign_id,
    o.task_type,
    o.duration_basis,
    o.week,
    cast(o.assignments as bigint) as assignments,
    cast(o.seconds as double) / cast(o.assignments as double) as mean_seconds,
    -- The value in (1.02^(i-1), 1.02^i] that is wrong by no more than 1 % whichever is true.
    2 * exp(o.median_bucket * ln(1.02)) / 2.02 as median_seconds,
    2 * exp(o.p90_bucket * ln(1.02)) / 2.02 as p90_seconds

from read_off as o

order by o.campaign_id, o.task_type, o.duration_basis, o.week
