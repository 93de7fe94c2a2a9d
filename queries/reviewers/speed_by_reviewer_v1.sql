-- How much each reviewer reviews, and how long work waits for them.
--
-- Reviews of production work by the day of the review. The wait is from the first submission to the first
-- review, of work first reviewed in the range: part of it is the queue, which is not the reviewer's doing.
-- Hours are those worked on reviewing, whatever the basis of their durations, unknown where the source does not
-- time it. Reviews of assumed times and of unknown reviewers do not count.
--
-- grain: campaign_id, reviewer_id
-- params:
--   since  date  first day of review, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id        text
--   reviewer_id        text
--   reviews            bigint   decisions
--   active_days        bigint   days with one
--   per_day            double?  reviews per active day
--   last_day           date     of the latest decision
--   hours              double?  worked on reviewing
--   per_hour           double?  reviews per hour worked
--   first_reviews      bigint   assignments reviewed for the first time
--   median_wait_hours  double?  from submission to that review
--   p90_wait_hours     double?  nine of ten waited no longer
with

decisions as (

    select
        r.campaign_id,
        r.reviewer_id,
        sum(r.reviews) as reviews,
        count(distinct r.day) as active_days,
        max(r.day) as last_day

    from reviews_by_day as r

    where r.day >= :since
        and r.day < :until
        and r.reviews > 0
        and r.time_basis = 'recorded'
        and r.reviewer_id is not null

    group by r.campaign_id, r.reviewer_id

),

waits as (

    select
        f.campaign_id,
        f.reviewer_id,
        count(*) as first_reviews,
        quantile_cont(f.waited_s / 3600.0, 0.5) as median_hours,
        quantile_cont(f.waited_s / 3600.0, 0.9) as p90_hours

    from first_reviews as f

    where f.time_basis = 'recorded'
        and f.waited_s is not null
        and f.day >= :since
        and f.day < :until

    group by f.campaign_id, f.reviewer_id

),

time_worked as (

    select
        h.campaign_id,
        h.trainer_id as reviewer_id,
        sum(h.worked_s) / 3600.0 as hours

    from hours_by_day as h

    where h.day >= :since
        and h.day < :until
        and h.category = 'review'

    group by h.campaign_id, h.trainer_id

)

select
    d.campaign_id,
    d.reviewer_id,
    cast(d.reviews as bigint) as reviews,
    cast(d.active_days as bigint) as active_days,
    cast(d.reviews as double) / d.active_days as per_day,
    d.last_day,
    t.hours,
    d.reviews / t.hours as per_hour,
    cast(coalesce(w.first_reviews, 0) as bigint) as first_reviews,
    w.median_hours as median_wait_hours,
    w.p90_hours as p90_wait_hours

from decisions as d

left join waits as w
    on w.campaign_id = d.campaign_id
    and w.reviewer_id = d.reviewer_id

left join time_worked as t
    on t.campaign_id = d.campaign_id
    and t.reviewer_id = d.reviewer_id

order by d.campaign_id, d.reviewer_id
