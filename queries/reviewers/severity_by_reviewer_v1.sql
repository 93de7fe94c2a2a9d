-- How often each reviewer rejects, against what the same trainers' work of the same types lets expect.
--
-- Reviews of production work by the day of the review. What is expected of a trainer and task type is how
-- often the other reviewers reject there, with ten reviews of the campaign's task type mixed in so that little
-- is no surprise. Reversed are first rejections that were overturned later, of work first rejected in the range.
-- Reviews of unknown reviewers set what is expected and have no row.
--
-- grain: campaign_id, reviewer_id
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   reviewer_id     text
--   trainers        bigint   people reviewed
--   reviews         bigint
--   rejected        bigint
--   expected        double   rejections that the work lets expect
--   variance        double   of the rejections, were they independent
--   first_rejected  bigint   first reviews that rejected
--   reversed        bigint   of these overturned later
--   rejection_rate  share(rejected / reviews)         0 to 1, 95 % Wilson interval
--   expected_rate   share(expected / reviews)         0 to 1
--   reversal_rate   share(reversed / first_rejected)  0 to 1, 95 % Wilson interval
with

cells as (

    select
        r.campaign_id,
        coalesce(r.reviewer_id, '') as reviewer_id,
        coalesce(r.trainer_id, '') as trainer_id,
        r.task_type,
        cast(sum(r.reviews) as double) as n,
        cast(sum(r.rejected) as double) as x

    from reviews_by_day as r

    where r.day >= :since
        and r.day < :until
        and r.reviews > 0

    group by r.campaign_id, coalesce(r.reviewer_id, ''), coalesce(r.trainer_id, ''), r.task_type

),

trainer_sums as (

    select
        c.campaign_id,
        c.trainer_id,
        c.task_type,
        sum(c.n) as n,
        sum(c.x) as x

    from cells as c

    group by c.campaign_id, c.trainer_id, c.task_type

),

kind_sums as (

    select
        c.campaign_id,
        c.task_type,
        sum(c.n) as n,
        sum(c.x) as x

    from cells as c

    group by c.campaign_id, c.task_type

),

own_sums as (

    select
        c.campaign_id,
        c.reviewer_id,
        c.task_type,
        sum(c.n) as n,
        sum(c.x) as x

    from cells as c

    group by c.campaign_id, c.reviewer_id, c.task_type

),

-- what the others do with the same trainer's work, mixed with what they do with the task type
chances as (

    select
        c.campaign_id,
        c.reviewer_id,
        c.trainer_id,
        c.n,
        c.x,
        (
            t.x - c.x
            + 10.0 * case when k.n > o.n then (k.x - o.x) / (k.n - o.n) else k.x / k.n end
        ) / (t.n - c.n + 10.0) as p

    from cells as c

    inner join trainer_sums as t
        on t.campaign_id = c.campaign_id
        and t.trainer_id = c.trainer_id
        and t.task_type = c.task_type

    inner join kind_sums as k
        on k.campaign_id = c.campaign_id
        and k.task_type = c.task_type

    inner join own_sums as o
        on o.campaign_id = c.campaign_id
        and o.reviewer_id = c.reviewer_id
        and o.task_type = c.task_type

),

reversals as (

    select
        f.campaign_id,
        f.reviewer_id,
        sum(f.rejected) as first_rejected,
        sum(f.overturned) as reversed

    from first_reviews as f

    where f.rejected = 1
        and f.day >= :since
        and f.day < :until

    group by f.campaign_id, f.reviewer_id

),

reviewers as (

    select
        h.campaign_id,
        h.reviewer_id,
        count(distinct h.trainer_id) as trainers,
        sum(h.n) as reviews,
        sum(h.x) as rejected,
        sum(h.n * h.p) as expected,
        sum(h.n * h.p * (1.0 - h.p)) as variance

    from chances as h

    where h.reviewer_id <> ''

    group by h.campaign_id, h.reviewer_id

)

select
    w.campaign_id,
    w.reviewer_id,
    cast(w.trainers as bigint) as trainers,
    cast(w.reviews as bigint) as reviews,
    cast(w.rejected as bigint) as rejected,
    w.expected,
    w.variance,
    cast(coalesce(v.first_rejected, 0) as bigint) as first_rejected,
    cast(coalesce(v.reversed, 0) as bigint) as reversed

from reviewers as w

left join reversals as v
    on v.campaign_id = w.campaign_id
    and v.reviewer_id = w.reviewer_id

order by w.campaign_id, w.reviewer_id
