-- How many gold answers each trainer got right, beside how many anybody would have on the same items.
--
-- Scored hidden gold by the day of first submission. What is expected on an item is how often the others
-- got it right, with five answers of the campaign's task type mixed in so that little is no surprise: a
-- trainer who is given hard items is not thought worse for it. Work of unknown people sets what is expected
-- and has no row.
--
-- grain: trainer_id, vendor_id, campaign_id, task_type
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   trainer_id     text
--   vendor_id      text?
--   campaign_id    text
--   task_type      text
--   scored         bigint  hidden gold answers scored
--   correct        bigint  of these right
--   expected       double  right answers that the items let expect
--   variance       double  of the right answers, were they independent
--   accuracy       share(correct / scored)   0 to 1, 95 % Wilson interval
--   expected_rate  ratio(expected / scored)  0 to 1
with

scores as (

    select
        coalesce(a.trainer_id, '') as person_id,
        coalesce(a.vendor_id, '') as vendor,
        a.campaign_id,
        a.task_type,
        a.item_id,
        cast(count(*) as double) as n,
        cast(sum(case when a.gold_score >= 0.5 then 1 else 0 end) as double) as x

    from assignments as a

    where a.day >= :since
        and a.day < :until
        and a.gold_kind <> 'training'
        and a.gold_score is not null

    group by coalesce(a.trainer_id, ''), coalesce(a.vendor_id, ''), a.campaign_id, a.task_type, a.item_id

),

item_totals as (

    select
        s.campaign_id,
        s.task_type,
        s.item_id,
        sum(s.n) as n,
        sum(s.x) as x

    from scores as s

    group by s.campaign_id, s.task_type, s.item_id

),

kind_totals as (

    select
        s.campaign_id,
        s.task_type,
        sum(s.x) / sum(s.n) as rate

    from scores as s

    group by s.campaign_id, s.task_type

),

chances as (

    select
        s.person_id,
        s.vendor,
        s.campaign_id,
        s.task_type,
        s.n,
        s.x,
        (i.x - s.x + 5.0 * k.rate) / (i.n - s.n + 5.0) as p

    from scores as s

    inner join item_totals as i
        on i.campaign_id = s.campaign_id
        and i.task_type = s.task_type
        and i.item_id = s.item_id

    inner join kind_totals as k
        on k.campaign_id = s.campaign_id
        and k.task_type = s.task_type

    where s.person_id <> ''

)

select
    c.person_id as trainer_id,
    nullif(c.vendor, '') as vendor_id,
    c.campaign_id,
    c.task_type,
    cast(sum(c.n) as bigint) as scored,
    cast(sum(c.x) as bigint) as correct,
    sum(c.n * c.p) as expected,
    sum(c.n * c.p * (1.0 - c.p)) as variance

from chances as c

group by c.person_id, c.vendor, c.campaign_id, c.task_type

order by c.person_id, c.vendor, c.campaign_id, c.task_type
