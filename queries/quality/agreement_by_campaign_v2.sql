-- How far people agree on the same items beyond chance: Krippendorff's alpha of each question.
--
-- Items that at least two people annotated count, on the day of their last one, whatever the day of the others.
-- The latest answer of each assignment counts, and of a person who annotated an item more than once, as
-- happens with gold, that of the first; hidden gold counts, training gold and the answers of
-- reviewers and adjudicators do not. Alpha follows the question's scale: nominal answers are alike or not,
-- interval answers differ by their squared distance, ordinal answers by that of their mid-ranks among the
-- answers of the range. It is unknown where all answers are alike. The 95 % interval is the delete-one-item
-- jackknife of ln(1 - alpha), ordinal ranks held as they are; it is unknown where one item holds all
-- disagreement. Percent agreement is the mean over items of the share of pairs of people who give the
-- same answer.
--
-- grain: campaign_id, question_id, scale
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id        text
--   question_id        text
--   scale              text     nominal, ordinal or interval
--   items              bigint   items with two or more annotations
--   annotations        bigint   annotations of these items
--   unanimous          bigint   of the items, those on which all gave the same answer
--   percent_agreement  double   0 to 1
--   alpha              double?  1 is perfect, 0 is chance, below 0 is worse than chance
--   alpha_low          double?  lower end of the interval
--   alpha_high         double?  upper end of the interval
--   is_enough          boolean  at least 50 items, and 20 answers other than the most common one
with

pairs as (

    select
        c.campaign_id,
        c.question_id,
        c.scale,
        case when c.scale = 'nominal' then c.value_a else '' end as label_a,
        case when c.scale = 'nominal' then 0.0 else c.number_a end as point_a,
        case when c.scale = 'nominal' then c.value_b else '' end as label_b,
        case when c.scale = 'nominal' then 0.0 else c.number_b end as point_b,
        sum(c.coincidences) as times

    from coincidences_by_day as c

    where c.day >= :since
        and c.day < :until

    group by
        c.campaign_id,
        c.question_id,
        c.scale,
        case when c.scale = 'nominal' then c.value_a else '' end,
        case when c.scale = 'nominal' then 0.0 else c.number_a end,
        case when c.scale = 'nominal' then c.value_b else '' end,
        case when c.scale = 'nominal' then 0.0 else c.number_b end

),

totals as (

    select
        p.campaign_id,
        p.question_id,
        p.scale,
        p.label_a as label,
        p.point_a as point,
        sum(p.times) as n

    from pairs as p

    group by p.campaign_id, p.question_id, p.scale, p.label_a, p.point_a

),

-- where each answer lies: its number, or its mid-rank on the ordinal scale
places as (

    select
        a.campaign_id,
        a.question_id,
        a.scale,
        a.label,
        a.point,
        a.n,
        case
            when a.scale = 'ordinal'
                then sum(a.n) over (
                    partition by a.campaign_id, a.question_id, a.scale order by a.point
                ) - a.n / 2.0
            else a.point
        end as place

    from totals as a

),

-- measured from their mean, so that large numbers lose no digits
answer_places as (

    select
        p.campaign_id,
        p.question_id,
        p.scale,
        p.label,
        p.point,
        p.n,
        p.place
        - sum(p.n * p.place) over (partition by p.campaign_id, p.question_id, p.scale)
        / sum(p.n) over (partition by p.campaign_id, p.question_id, p.scale) as place

    from places as p

),

expected as (

    select
        a.campaign_id,
        a.question_id,
        a.scale,
        count(*) as labels,
        sum(a.n) as n,
        sum(a.n) - max(a.n) as uncommon,
        sum(a.n * a.n) as squares,
        sum(a.n * a.place) as place_sum,
        sum(a.n * a.place * a.place) as place_squares

    from answer_places as a

    group by a.campaign_id, a.question_id, a.scale

),

observed as (

    select
        p.campaign_id,
        p.question_id,
        p.scale,
        sum(
            case
                when p.scale <> 'nominal' then p.times * (a.place - b.place) * (a.place - b.place) / 2.0
                when p.label_a <> p.label_b then p.times
                else 0.0
            end
        ) as disagreement

    from pairs as p

    inner join answer_places as a
        on a.campaign_id = p.campaign_id
        and a.question_id = p.question_id
        and a.scale = p.scale
        and a.label = p.label_a
        and a.point = p.point_a

    inner join answer_places as b
        on b.campaign_id = p.campaign_id
        and b.question_id = p.question_id
        and b.scale = p.scale
        and b.label = p.label_b
        and b.point = p.point_b

    group by p.campaign_id, p.question_id, p.scale

),

estimates as (

    select
        e.campaign_id,
        e.question_id,
        e.scale,
        e.n,
        e.squares,
        e.place_sum,
        e.place_squares,
        e.uncommon,
        o.disagreement,
        -- 1 - alpha
        case
            when e.labels > 1
                then (e.n - 1.0) * o.disagreement / case
                    when e.scale = 'nominal' then e.n * e.n - e.squares
                    else e.n * e.place_squares - e.place_sum * e.place_sum
                end
        end as excess

    from expected as e

    inner join observed as o
        on o.campaign_id = e.campaign_id
        and o.question_id = e.question_id
        and o.scale = e.scale

),

patterns as (

    select
        p.campaign_id,
        p.question_id,
        p.scale,
        p.pattern,
        p.value_text,
        p.value_number,
        p.given,
        sum(p.items) as items

    from answer_patterns_by_day as p

    where p.day >= :since
        and p.day < :until

    group by
        p.campaign_id, p.question_id, p.scale,
        p.pattern, p.value_text, p.value_number, p.given

),

-- items with the same answers have the same sums
item_sums as (

    select
        i.campaign_id,
        i.question_id,
        i.scale,
        cast(max(i.items) as double) as items,
        cast(sum(i.given) as double) as m,
        cast(sum(i.given * i.given) as double) as squares,
        sum(i.given * a.n) as shared,
        sum(i.given * a.place) as place_sum,
        sum(i.given * a.place * a.place) as place_squares

    from patterns as i

    inner join answer_places as a
        on a.campaign_id = i.campaign_id
        and a.question_id = i.question_id
        and a.scale = i.scale
        and a.label = case when i.scale = 'nominal' then i.value_text else '' end
        and a.point = case when i.scale = 'nominal' then 0.0 else i.value_number end

    group by i.campaign_id, i.question_id, i.scale, i.pattern

),

-- what is left of the sums when the item is left out
rests as (

    select
        e.campaign_id,
        e.question_id,
        e.scale,
        e.excess,
        i.items,
        e.disagreement as whole,
        e.n - i.m as n,
        e.disagreement - case
            when e.scale = 'nominal' then i.m * i.m - i.squares
            else i.m * i.place_squares - i.place_sum * i.place_sum
        end / (i.m - 1.0) as disagreement,
        case
            when e.scale = 'nominal'
                then (e.n - i.m) * (e.n - i.m) - (e.squares - 2.0 * i.shared + i.squares)
            else
                (e.n - i.m) * (e.place_squares - i.place_squares)
                - (e.place_sum - i.place_sum) * (e.place_sum - i.place_sum)
        end as chance

    from item_sums as i

    inner join estimates as e
        on e.campaign_id = i.campaign_id
        and e.question_id = i.question_id
        and e.scale = i.scale

    where i.m > 1
        and e.excess > 0

),

shifts as (

    select
        r.campaign_id,
        r.question_id,
        r.scale,
        r.items,
        case
            when r.n > 1 and r.chance > 0 and r.disagreement > 1e-9 * r.whole
                then ln((r.n - 1.0) * r.disagreement / r.chance) - ln(r.excess)
        end as shift

    from rests as r

),

spreads as (

    select
        s.campaign_id,
        s.question_id,
        s.scale,
        case
            when sum(s.items) > 1 and sum(s.items) = sum(case when s.shift is not null then s.items end)
                then sqrt(
                    (sum(s.items) - 1.0) / sum(s.items)
                    * greatest(
                        0.0,
                        sum(s.items * s.shift * s.shift)
                        - sum(s.items * s.shift) * sum(s.items * s.shift) / sum(s.items)
                    )
                )
        end as standard_error

    from shifts as s

    group by s.campaign_id, s.question_id, s.scale

),

counts as (

    select
        d.campaign_id,
        d.question_id,
        d.scale,
        cast(sum(d.items) as bigint) as items,
        cast(sum(d.annotations) as bigint) as annotations,
        cast(sum(d.unanimous) as bigint) as unanimous,
        sum(d.pair_share) / sum(d.items) as percent_agreement

    from agreement_by_day as d

    where d.day >= :since
        and d.day < :until
        and d.items > 0

    group by d.campaign_id, d.question_id, d.scale

)

select
    c.campaign_id,
    c.question_id,
    c.scale,
    c.items,
    c.annotations,
    c.unanimous,
    c.percent_agreement,
    1.0 - e.excess as alpha,
    1.0 - e.excess * exp(1.959963984540054 * s.standard_error) as alpha_low,
    1.0 - e.excess * exp(-1.959963984540054 * s.standard_error) as alpha_high,
    coalesce(c.items >= 50 and e.uncommon >= 19.5, false) as is_enough

from counts as c

left join estimates as e
    on e.campaign_id = c.campaign_id
    and e.question_id = c.question_id
    and e.scale = c.scale

left join spreads as s
    on s.campaign_id = c.campaign_id
    and s.question_id = c.question_id
    and s.scale = c.scale

order by c.campaign_id, c.question_id, c.scale
