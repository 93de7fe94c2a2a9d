-- Day by day and person by person: how often answers differ from the second opinions on the same item.
--
-- What the detector of changes reads. Answers of annotators to items with at least two, training gold left out, by the day
-- of the item's last annotation. Each item counts one unit over all its people and questions. Bad is the share of the other
-- answers that differ; on an interval scale, to be further from the others' mean than a tenth of the range of
-- the question's first 28 days. Work of assumed times does not count.
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

measured as (

    select
        i.campaign_id,
        i.question_id,
        i.value_number,
        i.day,
        min(i.day) over (partition by i.campaign_id, i.question_id) as first_day

    from item_answers as i

    where i.scale = 'interval'

),

ranges as (

    select
        m.campaign_id,
        m.question_id,
        max(m.value_number) - min(m.value_number) as width

    from measured as m

    where m.day < m.first_day + interval '28' day

    group by m.campaign_id, m.question_id

),

together as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        max(i.day) as day,
        max(i.annotations) as people,
        sum(i.given * i.value_number) as total,
        count(*) over (partition by i.campaign_id, i.item_id) as questions

    from item_answers as i

    where i.day >= :since
        and i.day < :until
        and i.annotations > 1
        and i.gold_kind <> 'training'

    group by i.campaign_id, i.item_id, i.question_id

),

given as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        i.value_text,
        sum(i.given) as alike

    from item_answers as i

    where i.day >= :since
        and i.day < :until
        and i.annotations > 1

    group by i.campaign_id, i.item_id, i.question_id, i.value_text

),

counted as (

    select
        'agreement' as figure,
        a.campaign_id,
        a.vendor_id,
        a.trainer_id,
        a.task_type,
        t.day,
        1.0 / (t.people * t.questions) as units,
        case
            when a.scale <> 'interval' then (t.people - g.alike) / (t.people - 1.0)
            when abs(a.value_number - (t.total - a.value_number) / (t.people - 1.0)) > 0.1 * r.width then 1.0
            else 0.0
        end / (t.people * t.questions) as bad

    from answers as a

    inner join together as t
        on t.campaign_id = a.campaign_id
        and t.item_id = a.item_id
        and t.question_id = a.question_id

    inner join given as g
        on g.campaign_id = a.campaign_id
        and g.item_id = a.item_id
        and g.question_id = a.question_id
        and g.value_text = a.value_text

    left join ranges as r
        on r.campaign_id = a.campaign_id
        and r.question_id = a.question_id

    where a.time_basis = 'recorded'
        and a.gold_kind <> 'training'
        and coalesce(a.role, 'annotator') not in ('reviewer', 'adjudicator')

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
