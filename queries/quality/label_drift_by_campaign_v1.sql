-- How far the answers of a period have moved from those of a question's first 28 days: the Jensen-Shannon distance.
--
-- The answers that stand to nominal and ordinal questions, by the day of first submission; hidden gold counts, training
-- gold and the answers of reviewers and adjudicators do not. The reference is the 28 days from the first answer to the question
-- on; days of the period that lie in it do not count. 0 is where every answer has the share it had, 1 where no answer is
-- given any more that was given then (logarithms to base 2). Unchanged answers lie apart too, by chance: nineteen of
-- twenty times by no more than by_chance. The 95 % interval is that of a share's sampling error (delta method), unknown where the
-- shares are alike. A drift may come from the items as well as from the people.
--
-- grain: campaign_id, question_id, scale
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id        text
--   question_id        text
--   scale              text     nominal or ordinal
--   reference_since    date     first day of the 28
--   answers            bigint   of the period
--   reference_answers  bigint   of the 28 days
--   labels             bigint   different answers in both
--   distance           double   0 to 1
--   distance_low       double?  95 % interval
--   distance_high      double?
--   by_chance          double   what it stays within 95 % of the time where nothing has changed
with

begun as (

    select
        l.campaign_id,
        l.question_id,
        l.scale,
        min(l.day) as first_day

    from labels_by_day as l

    where l.scale in ('nominal', 'ordinal')

    group by l.campaign_id, l.question_id, l.scale

),

given as (

    select
        l.campaign_id,
        l.question_id,
        l.scale,
        l.value_text,
        b.first_day,
        sum(case when l.day < b.first_day + interval '28' day then l.answers else 0 end) as earlier,
        sum(case when l.day >= b.first_day + interval '28' day and l.day >= :since then l.answers else 0 end) as later

    from labels_by_day as l

    inner join begun as b
        on b.campaign_id = l.campaign_id
        and b.question_id = l.question_id
        and b.scale = l.scale

    where l.day < :until

    group by l.campaign_id, l.question_id, l.scale, l.value_text, b.first_day

),

counted as (

    select
        g.*,
        cast(sum(g.earlier) over (partition by g.campaign_id, g.question_id, g.scale) as double) as all_earlier,
        cast(sum(g.later) over (partition by g.campaign_id, g.question_id, g.scale) as double) as all_later

    from given as g

    where g.earlier + g.later > 0

),

shares as (

    select
        c.*,
        c.earlier / nullif(c.all_earlier, 0) as q,
        c.later / nullif(c.all_later, 0) as p

    from counted as c

    where c.all_earlier > 0
        and c.all_later > 0

),

-- each answer's part of the divergence, per unit of its share
parts as (

    select
        s.*,
        case when s.p > 0 then ln(2 * s.p / (s.p + s.q)) / ln(2) / 2 else 0 end as p_part,
        case when s.q > 0 then ln(2 * s.q / (s.p + s.q)) / ln(2) / 2 else 0 end as q_part

    from shares as s

),

sums as (

    select
        a.campaign_id,
        a.question_id,
        a.scale,
        a.first_day,
        a.all_later,
        a.all_earlier,
        count(*) as labels,
        greatest(0, sum(a.p * a.p_part + a.q * a.q_part)) as divergence,
        greatest(0, sum(a.p * a.p_part * a.p_part) - sum(a.p * a.p_part) * sum(a.p * a.p_part)) / a.all_later
        + greatest(0, sum(a.q * a.q_part * a.q_part) - sum(a.q * a.q_part) * sum(a.q * a.q_part)) / a.all_earlier
            as variance

    from parts as a

    group by a.campaign_id, a.question_id, a.scale, a.first_day, a.all_later, a.all_earlier

),

-- the chi-squared quantile by Wilson and Hilferty (1931), with as many degrees of freedom as there are labels less one
limits as (

    select
        s.*,
        sqrt(s.divergence) as distance,
        case
            when s.divergence > 0.000000001 then 1.959963984540054 * sqrt(s.variance / s.divergence) / 2
        end as half_width,
        case
            when s.labels > 1
            then sqrt(
                (1 / s.all_later + 1 / s.all_earlier) / (8 * ln(2)) * (s.labels - 1)
                * power(1 - 2.0 / (9 * (s.labels - 1)) + 1.644853626951473 * sqrt(2.0 / (9 * (s.labels - 1))), 3)
            )
            else 0
        end as by_chance

    from sums as s

)

select
    d.campaign_id,
    d.question_id,
    d.scale,
    d.first_day as reference_since,
    cast(d.all_later as bigint) as answers,
    cast(d.all_earlier as bigint) as reference_answers,
    cast(d.labels as bigint) as labels,
    case when d.half_width is null then 0 else d.distance end as distance,
    case when d.distance > d.half_width then d.distance - d.half_width else d.half_width * 0 end as distance_low,
    case when d.distance + d.half_width > 1 then 1 else d.distance + d.half_width end as distance_high,
    d.by_chance

from limits as d

order by d.campaign_id, d.question_id, d.scale
