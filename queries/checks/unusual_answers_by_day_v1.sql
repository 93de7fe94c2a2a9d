-- Day by day and person by person: how often the first answer is preferred, and how often answers are not the usual ones.
--
-- What the detector of changes reads. first_position: decided comparisons, bad when the first is preferred. label_drift: all other
-- answers of annotators, training gold left out, each assignment one unit over its questions. Bad is, to a nominal question,
-- any answer but the most common one of its first 28 days on that task type; to others, a number above the mean of those
-- days. By the day of first submission; work of assumed times does not count.
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

begun as (

    select
        l.campaign_id,
        l.task_type,
        l.question_id,
        min(l.day) as first_day

    from labels_by_day as l

    group by l.campaign_id, l.task_type, l.question_id

),

early as (

    select
        l.campaign_id,
        l.task_type,
        l.question_id,
        l.value_text,
        row_number() over (
            partition by l.campaign_id, l.task_type, l.question_id
            order by sum(l.answers) desc, l.value_text
        ) as place

    from labels_by_day as l

    inner join begun as b
        on b.campaign_id = l.campaign_id
        and b.task_type = l.task_type
        and b.question_id = l.question_id

    where l.day < b.first_day + interval '28' day

    group by l.campaign_id, l.task_type, l.question_id, l.value_text

),

means as (

    select
        a.campaign_id,
        a.task_type,
        a.question_id,
        avg(a.value_number) as mean_number

    from answers as a

    inner join begun as b
        on b.campaign_id = a.campaign_id
        and b.task_type = a.task_type
        and b.question_id = a.question_id

    where a.day < b.first_day + interval '28' day
        and a.scale <> 'nominal'
        and a.gold_kind <> 'training'
        and coalesce(a.role, 'annotator') not in ('reviewer', 'adjudicator')

    group by a.campaign_id, a.task_type, a.question_id

),

compared as (

    select
        c.campaign_id,
        c.vendor_id,
        c.trainer_id,
        s.task_type,
        c.item_id,
        c.assignment_id,
        c.question_id,
        c.choice,
        c.time_basis,
        c.day

    from comparisons as c

    inner join assignments as s
        on s.campaign_id = c.campaign_id
        and s.item_id = c.item_id
        and s.assignment_id = c.assignment_id

    where c.day >= :since
        and c.day < :until

),

answered as (

    select
        a.campaign_id,
        a.vendor_id,
        a.trainer_id,
        a.task_type,
        a.day,
        case
            when a.scale = 'nominal' then (case when a.value_text = u.value_text then 0.0 else 1.0 end)
            when a.value_number > m.mean_number then 1.0
            else 0.0
        end as unusual,
        count(*) over (partition by a.campaign_id, a.item_id, a.assignment_id) as questions

    from answers as a

    left join early as u
        on u.campaign_id = a.campaign_id
        and u.task_type = a.task_type
        and u.question_id = a.question_id
        and u.place = 1

    left join means as m
        on m.campaign_id = a.campaign_id
        and m.task_type = a.task_type
        and m.question_id = a.question_id

    left join compared as c
        on c.campaign_id = a.campaign_id
        and c.item_id = a.item_id
        and c.assignment_id = a.assignment_id
        and c.question_id = a.question_id

    where a.day >= :since
        and a.day < :until
        and a.time_basis = 'recorded'
        and a.gold_kind <> 'training'
        and coalesce(a.role, 'annotator') not in ('reviewer', 'adjudicator')
        and c.question_id is null

),

counted as (

    select
        'first_position' as figure,
        c.campaign_id,
        c.vendor_id,
        c.trainer_id,
        c.task_type,
        c.day,
        1.0 as units,
        case when c.choice = 'A' then 1.0 else 0.0 end as bad

    from compared as c

    where c.choice in ('A', 'B')
        and c.time_basis = 'recorded'

    union all

    select
        'label_drift' as figure,
        a.campaign_id,
        a.vendor_id,
        a.trainer_id,
        a.task_type,
        a.day,
        1.0 / a.questions as units,
        a.unusual / a.questions as bad

    from answered as a

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
