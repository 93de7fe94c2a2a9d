-- Sums of each day by which the detector of changes sees that a day it has judged was changed since.
--
-- Work, golds, reviews, rejections, seconds, answers and the people behind them. A late review has its own day; a gold scored
-- again, an answer corrected or logins merged change the sums of the day of the work.
--
-- grain: source, day
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   source  text
--   day     date
--   units   double
--   bad     double
--   people  bigint
with

sums as (

    select
        'work' as source,
        s.day,
        cast(sum(s.submitted + 7 * s.gold_scored + 3 * s.attempts + s.seconds) as double) as units,
        cast(sum(s.gold_correct + 7 * s.reworked) as double) as bad,
        count(distinct s.trainer_id) as people

    from submissions_by_day as s

    where s.day >= :since
        and s.day < :until

    group by s.day

    union all

    select
        'reviews' as source,
        r.day,
        cast(sum(r.reviews) as double) as units,
        cast(sum(r.rejected) as double) as bad,
        count(distinct r.trainer_id) as people

    from reviews_by_day as r

    where r.day >= :since
        and r.day < :until

    group by r.day

    union all

    select
        'agreement' as source,
        a.day,
        cast(sum(a.annotations) as double) as units,
        cast(sum(a.pair_share) as double) as bad,
        count(distinct a.campaign_id) as people

    from agreement_by_day as a

    where a.day >= :since
        and a.day < :until

    group by a.day

    union all

    select
        'answers' as source,
        l.day,
        cast(sum(l.answers) as double) as units,
        cast(max(l.answers) as double) as bad,
        count(distinct l.value_text) as people

    from labels_by_day as l

    where l.day >= :since
        and l.day < :until

    group by l.day

)

select
    d.source,
    d.day,
    d.units,
    d.bad,
    d.people

from sums as d

order by d.source, d.day
