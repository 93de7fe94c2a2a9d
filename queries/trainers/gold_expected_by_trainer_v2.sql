-- How many gold answers each trainer got right, beside how many anybody would have on the same items: in a range, and in its last days.
--
-- Scored hidden gold by the day of first submission. What is expected on an item is how often the others
-- got it right, with five answers of the campaign's task type mixed in so that little is no surprise: a
-- trainer who is given hard items is not thought worse for it. Work of unknown people sets what is expected
-- and has no row. The recent figures are of the answers from recent on; what the others did in the whole range sets
-- what is expected of these too.
--
-- grain: trainer_id, vendor_id, campaign_id, task_type
-- params:
--   since   date  first day of submission, inclusive
--   recent  date  first of the last days
--   until   date  first day after the range
-- returns:
--   trainer_id       text
--   vendor_id        text?
--   campaign_id      text
--   task_type        text
--   scored           bigint  hidden gold answers scored
--   correct          bigint  of these right
--   expected         double  right answers that the items let expect
--   variance         double  of the right answers, were they independent
--   recent_scored    bigint
--   recent_correct   bigint
--   recent_expected  double
--   accuracy         share(correct / scored)   0 to 1, 95 % Wilson interval
--   expected_rate    ratio(expected / scored)  0 to 1
with

scores as (

    select
        g.gold,
        g.work,
        cast(count(*) as double) as n,
        cast(sum(g.is_right) as double) as x,
        sum(case when g.day >= :recent then 1 else 0 end) as recent_n,
        sum(case when g.day >= :recent then g.is_right else 0 end) as recent_x

    from scored_golds as g

    where g.day >= :since
        and g.day < :until

    group by g.gold, g.work

),

golds as (

    select
        g.gold,
        any_value(g.campaign_id) as campaign_id,
        any_value(g.task_type) as task_type,
        cast(count(*) as double) as n,
        cast(sum(g.is_right) as double) as x

    from scored_golds as g

    where g.day >= :since
        and g.day < :until

    group by g.gold

),

rated as (

    select
        i.gold,
        i.n,
        i.x,
        sum(i.x) over (partition by i.campaign_id, i.task_type)
        / sum(i.n) over (partition by i.campaign_id, i.task_type) as rate

    from golds as i

),

chances as (

    select
        s.work,
        s.n,
        s.x,
        s.recent_n,
        s.recent_x,
        (i.x - s.x + 5.0 * i.rate) / (i.n - s.n + 5.0) as p

    from scores as s

    inner join rated as i
        on i.gold = s.gold

),

sums as (

    select
        c.work,
        sum(c.n) as n,
        sum(c.x) as x,
        sum(c.n * c.p) as expected,
        sum(c.n * c.p * (1.0 - c.p)) as variance,
        sum(c.recent_n) as recent_n,
        sum(c.recent_x) as recent_x,
        sum(c.recent_n * c.p) as recent_expected

    from chances as c

    group by c.work

),

whose as (

    select
        g.work,
        any_value(g.trainer_id) as trainer_id,
        coalesce(any_value(g.vendor_id), '') as vendor,
        any_value(g.campaign_id) as campaign_id,
        any_value(g.task_type) as task_type

    from scored_golds as g

    where g.day >= :since
        and g.day < :until
        and g.trainer_id is not null

    group by g.work

)

select
    p.trainer_id,
    nullif(p.vendor, '') as vendor_id,
    p.campaign_id,
    p.task_type,
    cast(s.n as bigint) as scored,
    cast(s.x as bigint) as correct,
    s.expected,
    s.variance,
    cast(s.recent_n as bigint) as recent_scored,
    cast(s.recent_x as bigint) as recent_correct,
    s.recent_expected

from whose as p

inner join sums as s
    on s.work = p.work

order by p.trainer_id, p.vendor, p.campaign_id, p.task_type
