-- Day by day and person by person: how much work took longer than is usual for its kind.
--
-- What the detector of changes reads. First attempts of production work with a known duration, by the day of submission. Bad
-- is what took longer than the median of the campaign's task type and way of measuring in its first 28 days (read from
-- buckets of 2 %). Work of assumed times does not count.
--
-- grain: figure, campaign_id, vendor_id, trainer_id, task_type, day
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   figure             text
--   campaign_id        text
--   vendor_id          text?
--   trainer_id         text?
--   onboarding_cohort  text?
--   task_type          text
--   day                date
--   units              double
--   bad                double  of these
with

cohorts as (

    select
        t.trainer_id,
        t.cohort,
        row_number() over (partition by t.trainer_id order by t.recorded_at desc, t.cohort) as nth

    from trainers as t

),

timed as (

    select
        d.campaign_id,
        d.task_type,
        d.duration_basis,
        d.bucket,
        d.day,
        d.assignments,
        min(d.day) over (partition by d.campaign_id, d.task_type, d.duration_basis) as first_day

    from durations_by_day as d

),

early as (

    select
        t.campaign_id,
        t.task_type,
        t.duration_basis,
        t.bucket,
        sum(t.assignments) as assignments

    from timed as t

    where t.day < t.first_day + interval '28' day

    group by t.campaign_id, t.task_type, t.duration_basis, t.bucket

),

ranked as (

    select
        e.campaign_id,
        e.task_type,
        e.duration_basis,
        e.bucket,
        sum(e.assignments) over (
            partition by e.campaign_id, e.task_type, e.duration_basis order by e.bucket
        ) as so_far,
        sum(e.assignments) over (partition by e.campaign_id, e.task_type, e.duration_basis) as in_all

    from early as e

),

medians as (

    select
        r.campaign_id,
        r.task_type,
        r.duration_basis,
        min(r.bucket) as bucket

    from ranked as r

    where 2 * r.so_far >= r.in_all

    group by r.campaign_id, r.task_type, r.duration_basis

),

counted as (

    select
        'handle_time' as figure,
        a.campaign_id,
        a.vendor_id,
        a.trainer_id,
        a.task_type,
        a.day,
        1 as units,
        case
            when ceil(ln(greatest(a.duration_s, 0.001)) / ln(1.02)) > m.bucket then 1
            else 0
        end as bad

    from assignments as a

    inner join medians as m
        on m.campaign_id = a.campaign_id
        and m.task_type = a.task_type
        and m.duration_basis = a.duration_basis

    where a.day >= :since
        and a.day < :until
        and a.time_basis = 'recorded'
        and a.gold_kind = 'none'
        and a.submitted_at is not null
        and a.duration_s is not null

)

select
    c.figure,
    c.campaign_id,
    c.vendor_id,
    c.trainer_id,
    p.cohort as onboarding_cohort,
    c.task_type,
    c.day,
    cast(sum(c.units) as double) as units,
    cast(sum(c.bad) as double) as bad

from counted as c

left join cohorts as p on p.trainer_id = c.trainer_id and p.nth = 1

where c.units > 0

group by c.figure, c.campaign_id, c.vendor_id, c.trainer_id, p.cohort, c.task_type, c.day

order by c.figure, c.campaign_id, c.vendor_id, c.trainer_id, c.task_type, c.day
