-- Agreement beyond chance where answers are ordered and one is very common: Gwet's AC2 of each ordinal and
-- interval question.
--
-- Items that at least two people annotated count, by the day of the last annotation; the answers that stand, of each
-- person on an item the first, hidden gold
-- included, training gold and the answers of reviewers and adjudicators not. Two answers agree by one less the
-- square of their distance as a share of the square of the range of the answers given (quadratic weights). Chance
-- agreement is taken from how evenly the answers are used (Gwet 2014), so a common answer does not pull AC2 down as
-- it does alpha. Unknown where only one answer was given.
--
-- grain: campaign_id, question_id, scale
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id         text
--   question_id         text
--   scale               text     ordinal or interval
--   items               bigint   items with two or more annotations
--   labels              bigint   different answers given
--   weighted_agreement  double?  mean over items of how far pairs agree, 0 to 1
--   most_common         double   the most common answer, the lowest of equals
--   most_common_share   double   mean over items of its share, 0 to 1
--   ac2                 double?  1 is perfect, 0 is chance
--   is_skewed           boolean  the most common answer makes up more than 80 %
with

patterns as (

    select
        d.campaign_id,
        d.question_id,
        d.scale,
        d.pattern,
        d.value_text,
        d.value_number,
        d.given,
        sum(d.items) as items

    from answer_patterns_by_day as d

    where d.day >= :since
        and d.day < :until
        and d.scale <> 'nominal'

    group by d.campaign_id, d.question_id, d.scale, d.pattern, d.value_text, d.value_number, d.given

),

given as (

    select
        p.campaign_id,
        p.question_id,
        p.scale,
        p.pattern,
        p.value_number as place,
        cast(sum(p.given) as double) as times,
        cast(max(p.items) as double) as items

    from patterns as p

    group by p.campaign_id, p.question_id, p.scale, p.pattern, p.value_number

),

ranges as (

    select
        g.campaign_id,
        g.question_id,
        g.scale,
        min(g.place) as lowest,
        max(g.place) - min(g.place) as width

    from given as g

    group by g.campaign_id, g.question_id, g.scale

),

-- places from 0 to 1, so that distances are shares of the range
placed as (

    select
        g.campaign_id,
        g.question_id,
        g.scale,
        g.pattern,
        g.place as answer,
        g.times,
        g.items,
        (g.place - r.lowest) / nullif(r.width, 0.0) as place,
        sum(g.times) over (partition by g.campaign_id, g.question_id, g.scale, g.pattern) as annotations

    from given as g

    inner join ranges as r
        on r.campaign_id = g.campaign_id
        and r.question_id = g.question_id
        and r.scale = g.scale

),

-- items with the same answers agree alike
item_sums as (

    select
        p.campaign_id,
        p.question_id,
        p.scale,
        max(p.items) as items,
        1.0 - 2.0 * (
            max(p.annotations) * sum(p.times * p.place * p.place)
            - sum(p.times * p.place) * sum(p.times * p.place)
        ) / (max(p.annotations) * (max(p.annotations) - 1.0)) as agreement

    from placed as p

    group by p.campaign_id, p.question_id, p.scale, p.pattern

),

observed as (

    select
        i.campaign_id,
        i.question_id,
        i.scale,
        sum(i.items) as items,
        sum(i.items * i.agreement) / sum(i.items) as agreement

    from item_sums as i

    group by i.campaign_id, i.question_id, i.scale

),

uses as (

    select
        p.campaign_id,
        p.question_id,
        p.scale,
        p.answer,
        max(p.place) as place,
        sum(p.items * p.times / p.annotations) / max(o.items) as used

    from placed as p

    inner join observed as o
        on o.campaign_id = p.campaign_id
        and o.question_id = p.question_id
        and o.scale = p.scale

    group by p.campaign_id, p.question_id, p.scale, p.answer

),

ranked as (

    select
        u.campaign_id,
        u.question_id,
        u.scale,
        u.answer,
        u.place,
        u.used,
        row_number() over (
            partition by u.campaign_id, u.question_id, u.scale order by u.used desc, u.answer
        ) as nth

    from uses as u

),

chances as (

    select
        r.campaign_id,
        r.question_id,
        r.scale,
        count(*) as labels,
        max(case when r.nth = 1 then r.answer end) as most_common,
        max(r.used) as most_common_share,
        -- the sum of the weights of all pairs of answers, times how evenly they are used
        case
            when count(*) > 1
                then (
                    count(*) * count(*)
                    - 2.0 * (count(*) * sum(r.place * r.place) - sum(r.place) * sum(r.place))
                ) * sum(r.used * (1.0 - r.used)) / (count(*) * (count(*) - 1.0))
        end as chance

    from ranked as r

    group by r.campaign_id, r.question_id, r.scale

)

select
    o.campaign_id,
    o.question_id,
    o.scale,
    cast(o.items as bigint) as items,
    cast(c.labels as bigint) as labels,
    o.agreement as weighted_agreement,
    c.most_common,
    c.most_common_share,
    (o.agreement - c.chance) / nullif(1.0 - c.chance, 0.0) as ac2,
    c.most_common_share > 0.8 as is_skewed

from observed as o

inner join chances as c
    on c.campaign_id = o.campaign_id
    and c.question_id = o.question_id
    and c.scale = o.scale

order by o.campaign_id, o.question_id, o.scale
