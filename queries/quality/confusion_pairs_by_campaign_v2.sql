-- Which two answers people give to the same items instead of one: the pairs behind the disagreement.
--
-- Of nominal and ordinal questions: pairs of different answers of different people to one item, each person
-- counted once, on the day of the item's last annotation. Expected are the pairs of these two answers if
-- everybody answered at random, each answer as often as it is given: far more than expected means that the
-- two are taken for each other.
--
-- grain: campaign_id, question_id, scale, value_a, value_b
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id      text
--   question_id      text
--   scale            text    nominal or ordinal
--   value_a          text
--   value_b          text    the one that comes later in the alphabet
--   pairs            double  answers in such pairs, both ways
--   of_disagreement  double  pairs as a share of all that differ, 0 to 1
--   expected         double  pairs by chance
with

pairs_given as (

    select
        c.campaign_id,
        c.question_id,
        c.scale,
        c.value_a,
        c.value_b,
        sum(c.coincidences) as pairs

    from coincidences_by_day as c

    where c.day >= :since
        and c.day < :until
        and c.scale <> 'interval'

    group by c.campaign_id, c.question_id, c.scale, c.value_a, c.value_b

),

answer_totals as (

    select
        p.campaign_id,
        p.question_id,
        p.scale,
        p.value_a as value_text,
        sum(p.pairs) as given

    from pairs_given as p

    group by p.campaign_id, p.question_id, p.scale, p.value_a

),

question_totals as (

    select
        t.campaign_id,
        t.question_id,
        t.scale,
        sum(t.given) as given

    from answer_totals as t

    group by t.campaign_id, t.question_id, t.scale

),

differing as (

    select
        p.campaign_id,
        p.question_id,
        p.scale,
        p.value_a,
        p.value_b,
        2.0 * p.pairs as pairs,
        2.0 * sum(p.pairs) over (partition by p.campaign_id, p.question_id, p.scale) as all_pairs

    from pairs_given as p

    where p.value_a < p.value_b

)

select
    d.campaign_id,
    d.question_id,
    d.scale,
    d.value_a,
    d.value_b,
    d.pairs,
    d.pairs / d.all_pairs as of_disagreement,
    2.0 * a.given * b.given / (q.given - 1.0) as expected

from differing as d

inner join answer_totals as a
    on a.campaign_id = d.campaign_id
    and a.question_id = d.question_id
    and a.scale = d.scale
    and a.value_text = d.value_a

inner join answer_totals as b
    on b.campaign_id = d.campaign_id
    and b.question_id = d.question_id
    and b.scale = d.scale
    and b.value_text = d.value_b

inner join question_totals as q
    on q.campaign_id = d.campaign_id
    and q.question_id = d.question_id
    and q.scale = d.scale

order by d.campaign_id, d.question_id, d.scale, d.pairs desc, d.value_a, d.value_b
