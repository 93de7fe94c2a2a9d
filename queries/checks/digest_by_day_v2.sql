-- Sums of each day by which the detector of changes sees that a day it has judged was changed since.
--
-- Per figure what its counts rest on, so that a change takes back only the figures that it touches: golds and times of
-- the day's work, its pieces and those that are rework, reviews on their own day, agreement on the day of an item's last answer
-- (which the next answer moves), answers; and how many people worked, which changes where logins are merged.
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
        'golds' as source,
        s.day,
        cast(sum(s.gold_scored) as double) as units,
        cast(sum(s.gold_correct) as double) as bad,
        count(distinct s.trainer_id) as people

    from submissions_by_day as s

    where s.day >= :since
        and s.day < :until
        and s.gold_scored > 0

    group by s.day

    union all

    select
        'work' as source,
        s.day,
        cast(sum(s.submitted) as double) as units,
        cast(sum(s.seconds) as double) as bad,
        count(distinct s.trainer_id) as people

    from submissions_by_day as s

    where s.day >= :since
        and s.day < :until

    group by s.day

    union all

    select
        'people' as source,
        s.day,
        cast(0 as double) as units,
        cast(0 as double) as bad,
        count(distinct s.trainer_id) as people

    from submissions_by_day as s

    where s.day >= :since
        and s.day < :until

    group by s.day

    union all

    select
        'rework' as source,
        w.day,
        cast(sum(w.pieces) as double) as units,
        cast(sum(case when w.attempt_no > 1 then w.pieces else 0 end) as double) as bad,
        count(distinct w.trainer_id) as people

    from work_pieces as w

    where w.day >= :since
        and w.day < :until
        and w.kind = 'submission'
        and w.gold_kind = 'none'

    group by w.day

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
