-- How quality and pace grow with experience: by working week since the first production day, per start
-- cohort.
--
-- A trainer's first production day in a campaign is that of the first submitted production assignment; week
-- 1 is that day and the six after it. The cohort is the month of that day. Work before as_of counts, by the
-- day of first submission, hidden gold for accuracy; work of assumed times and of unknown people does not.
-- What people did before the data begin is not known: the first cohort may be experienced.
--
-- grain: campaign_id, vendor_id, cohort, working_week
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id     text
--   vendor_id       text?
--   cohort          date     first day of the month of the first production day
--   working_week    bigint   1 for the first seven days
--   trainers        bigint   with a submission in that week
--   of_trainers     bigint   of the cohort for whom that week is over
--   submitted       bigint   assignments submitted
--   reviewed        bigint   of these reviewed
--   first_accepted  bigint   of the reviewed, passed the first review, with or without a fix
--   scored          bigint   hidden gold answers scored
--   correct         bigint   of these right
--   active_days     bigint   days on which each of the trainers submitted, added up
--   per_day         double?  assignments submitted per active day
--   first_pass      share(first_accepted / reviewed)  0 to 1, 95 % Wilson interval
--   accuracy        share(correct / scored)           0 to 1, 95 % Wilson interval
with

work as (

    select
        s.campaign_id,
        s.trainer_id,
        coalesce(s.vendor_id, '') as vendor,
        s.day,
        sum(s.submitted) as submitted,
        sum(s.reviewed) as reviewed,
        sum(s.first_accepted + s.first_fixed) as first_accepted,
        sum(s.gold_scored) as scored,
        sum(s.gold_correct) as correct

    from submissions_by_day as s

    where s.day < :as_of
        and s.time_basis = 'recorded'
        and s.trainer_id is not null

    group by s.campaign_id, s.trainer_id, coalesce(s.vendor_id, ''), s.day

),

starts as (

    select
        w.campaign_id,
        w.trainer_id,
        max(w.vendor) as vendor,
        min(w.day) as first_day

    from work as w

    where w.submitted > 0

    group by w.campaign_id, w.trainer_id

),

cohorts as (

    select
        s.campaign_id,
        s.trainer_id,
        s.vendor,
        s.first_day,
        cast(date_trunc('month', s.first_day) as date) as cohort

    from starts as s

),

weekly as (

    select
        c.campaign_id,
        c.vendor,
        c.cohort,
        cast(floor(date_diff('day', c.first_day, w.day) / 7.0) as bigint) + 1 as working_week,
        w.trainer_id,
        w.submitted,
        w.reviewed,
        w.first_accepted,
        w.scored,
        w.correct,
        case when w.submitted > 0 then w.day end as active_day

    from work as w

    inner join cohorts as c
        on c.campaign_id = w.campaign_id
        and c.trainer_id = w.trainer_id

    where w.day >= c.first_day

),

sums as (

    select
        w.campaign_id,
        w.vendor,
        w.cohort,
        w.working_week,
        count(distinct case when w.active_day is not null then w.trainer_id end) as trainers,
        sum(w.submitted) as submitted,
        sum(w.reviewed) as reviewed,
        sum(w.first_accepted) as first_accepted,
        sum(w.scored) as scored,
        sum(w.correct) as correct,
        count(w.active_day) as active_days

    from weekly as w

    group by w.campaign_id, w.vendor, w.cohort, w.working_week

),

-- for how many of a cohort each week is over
finished as (

    select
        s.campaign_id,
        s.vendor,
        s.cohort,
        s.working_week,
        count(*) as of_trainers

    from sums as s

    inner join cohorts as c
        on c.campaign_id = s.campaign_id
        and c.vendor = s.vendor
        and c.cohort = s.cohort

    where date_diff('day', c.first_day, :as_of) >= 7 * s.working_week

    group by s.campaign_id, s.vendor, s.cohort, s.working_week

)

select
    s.campaign_id,
    nullif(s.vendor, '') as vendor_id,
    s.cohort,
    s.working_week,
    cast(s.trainers as bigint) as trainers,
    cast(coalesce(f.of_trainers, 0) as bigint) as of_trainers,
    cast(s.submitted as bigint) as submitted,
    cast(s.reviewed as bigint) as reviewed,
    cast(s.first_accepted as bigint) as first_accepted,
    cast(s.scored as bigint) as scored,
    cast(s.correct as bigint) as correct,
    cast(s.active_days as bigint) as active_days,
    cast(s.submitted as double) / nullif(s.active_days, 0) as per_day

from sums as s

left join finished as f
    on f.campaign_id = s.campaign_id
    and f.vendor = s.vendor
    and f.cohort = s.cohort
    and f.working_week = s.working_week

order by s.campaign_id, s.vendor, s.cohort, s.working_week
