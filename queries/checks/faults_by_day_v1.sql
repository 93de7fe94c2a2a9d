-- Day by day and person by person: wrong golds, rejections and rework, of how many.
--
-- What the detector of changes reads. gold_accuracy: hidden golds by the day of submission, bad when wrong.
-- rejection_rate: reviews by the day of the review (late reviews then hide nothing), bad when rejected. rework_rate:
-- submitted attempts of production work by their own day, bad from the second attempt on. Work of assumed times
-- does not count.
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

counted as (

    select
        'gold_accuracy' as figure,
        s.campaign_id,
        s.vendor_id,
        s.trainer_id,
        s.task_type,
        s.day,
        s.gold_scored as units,
        s.gold_scored - s.gold_correct as bad

    from submissions_by_day as s

    where s.day >= :since
        and s.day < :until
        and s.time_basis = 'recorded'

    union all

    select
        'rejection_rate' as figure,
        r.campaign_id,
        r.vendor_id,
        r.trainer_id,
        r.task_type,
        r.day,
        r.reviews as units,
        r.rejected as bad

    from reviews_by_day as r

    where r.day >= :since
        and r.day < :until
        and r.time_basis = 'recorded'

    union all

    select
        'rework_rate' as figure,
        w.campaign_id,
        w.vendor_id,
        w.trainer_id,
        w.task_type,
        w.day,
        w.pieces as units,
        case when w.attempt_no > 1 then w.pieces else 0 end as bad

    from work_pieces as w

    where w.day >= :since
        and w.day < :until
        and w.time_basis = 'recorded'
        and w.kind = 'submission'
        and w.gold_kind = 'none'

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
