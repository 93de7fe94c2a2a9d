-- How much newcomers deliver in each working week, and how many people are in each of these weeks now.
--
-- A trainer's first production day in a campaign is that of the first submitted production assignment; week
-- 1 is that day and the six after it, up to week 26. Everybody counts for whom the week was over, those who
-- had left or paused with no output: so that the mean is what one newcomer brings, whoever stays. In a week
-- now are those whose week it is and who submitted in the last 14 days. Work before as_of counts, by the day
-- of first submission; work of assumed times and of unknown people does not.
--
-- grain: campaign_id, working_week
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id        text
--   working_week       bigint  1 for the first seven days
--   people             bigint  for whom that week was over
--   submitted          bigint  assignments that these submitted in it
--   submitted_squares  double  sum over them of the square of each one's
--   people_now         bigint  in that week now and at work
with

work as (

    select
        s.campaign_id,
        s.trainer_id,
        s.day,
        sum(s.submitted) as submitted

    from submissions_by_day as s

    where s.day < :as_of
        and s.time_basis = 'recorded'
        and s.trainer_id is not null
        and s.submitted > 0

    group by s.campaign_id, s.trainer_id, s.day

),

starts as (

    select
        w.campaign_id,
        w.trainer_id,
        min(w.day) as first_day,
        max(w.day) as last_day

    from work as w

    group by w.campaign_id, w.trainer_id

),

people_at_work as (

    select
        s.campaign_id,
        s.trainer_id,
        s.first_day,
        cast(floor(date_diff('day', s.first_day, :as_of) / 7.0) as bigint) as weeks_over,
        case when s.last_day >= :as_of - interval '14' day then 1 else 0 end as is_at_work

    from starts as s

),

outputs as (

    select
        w.campaign_id,
        w.trainer_id,
        cast(floor(date_diff('day', p.first_day, w.day) / 7.0) as bigint) + 1 as working_week,
        max(p.weeks_over) as weeks_over,
        sum(w.submitted) as submitted

    from work as w

    inner join people_at_work as p
        on p.campaign_id = w.campaign_id
        and p.trainer_id = w.trainer_id

    group by
        w.campaign_id,
        w.trainer_id,
        cast(floor(date_diff('day', p.first_day, w.day) / 7.0) as bigint) + 1

),

weeks as (

    select distinct o.campaign_id, o.working_week from outputs as o where o.working_week <= 26

    union distinct

    select p.campaign_id, p.weeks_over + 1 as working_week

    from people_at_work as p

    where p.is_at_work = 1
        and p.weeks_over < 26

),

in_weeks as (

    select
        p.campaign_id,
        p.weeks_over,
        count(*) as people,
        sum(p.is_at_work) as at_work

    from people_at_work as p

    group by p.campaign_id, p.weeks_over

),

counts as (

    select
        k.campaign_id,
        k.working_week,
        sum(case when i.weeks_over >= k.working_week then i.people else 0 end) as people,
        sum(case when i.weeks_over = k.working_week - 1 then i.at_work else 0 end) as people_now

    from weeks as k

    inner join in_weeks as i
        on i.campaign_id = k.campaign_id

    group by k.campaign_id, k.working_week

),

sums as (

    select
        o.campaign_id,
        o.working_week,
        sum(o.submitted) as submitted,
        sum(cast(o.submitted as double) * o.submitted) as squares

    from outputs as o

    where o.working_week <= o.weeks_over

    group by o.campaign_id, o.working_week

)

select
    c.campaign_id,
    c.working_week,
    cast(c.people as bigint) as people,
    cast(coalesce(s.submitted, 0) as bigint) as submitted,
    coalesce(s.squares, 0.0) as submitted_squares,
    cast(c.people_now as bigint) as people_now

from counts as c

left join sums as s
    on s.campaign_id = c.campaign_id
    and s.working_week = c.working_week

order by c.campaign_id, c.working_week
