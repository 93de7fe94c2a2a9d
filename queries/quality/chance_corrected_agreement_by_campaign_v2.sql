-- Agreement beyond chance where one answer is very common: Gwet's AC1 of each nominal question, beside
-- alpha's weakness.
--
-- Items that at least two people annotated count, by the day of the last annotation; the answers that stand, of each
-- person on an item the first, hidden
-- gold included, training gold and the answers of reviewers and adjudicators not. Where one answer makes up
-- more than 80 % alpha falls with every rare answer however well people agree: AC1 takes chance agreement
-- from how evenly the answers are used. Unknown where only one answer was given.
--
-- grain: campaign_id, question_id
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id        text
--   question_id        text
--   items              bigint   items with two or more annotations
--   labels             bigint   different answers given
--   percent_agreement  double   share of agreeing pairs, mean over items, 0 to 1
--   most_common        text     the most common answer, the first in the alphabet of equals
--   most_common_share  double   mean over items of its share, 0 to 1
--   ac1                double?  1 is perfect, 0 is chance
--   is_skewed          boolean  the most common answer makes up more than 80 %
with

patterns as (

    select
        d.campaign_id,
        d.question_id,
        d.pattern,
        d.value_text,
        cast(d.given as double) as given,
        cast(d.annotations as double) as annotations,
        cast(sum(d.items) as double) as items

    from answer_patterns_by_day as d

    where d.day >= :since
        and d.day < :until
        and d.scale = 'nominal'

    group by d.campaign_id, d.question_id, d.pattern, d.value_text, d.given, d.annotations

),

-- each item adds up to 1 over its answers
totals as (

    select
        p.campaign_id,
        p.question_id,
        sum(p.items * p.given / p.annotations) as items,
        sum(p.items * p.given * (p.given - 1.0) / (p.annotations * (p.annotations - 1.0))) as pair_share

    from patterns as p

    group by p.campaign_id, p.question_id

),

uses as (

    select
        p.campaign_id,
        p.question_id,
        p.value_text,
        sum(p.items * p.given / p.annotations) / max(t.items) as used

    from patterns as p

    inner join totals as t
        on t.campaign_id = p.campaign_id
        and t.question_id = p.question_id

    group by p.campaign_id, p.question_id, p.value_text

),

ranked as (

    select
        u.campaign_id,
        u.question_id,
        u.value_text,
        u.used,
        row_number() over (
            partition by u.campaign_id, u.question_id order by u.used desc, u.value_text
        ) as place

    from uses as u

),

chances as (

    select
        r.campaign_id,
        r.question_id,
        count(*) as labels,
        max(case when r.place = 1 then r.value_text end) as most_common,
        max(r.used) as most_common_share,
        case when count(*) > 1 then sum(r.used * (1.0 - r.used)) / (count(*) - 1.0) end as chance

    from ranked as r

    group by r.campaign_id, r.question_id

)

select
    t.campaign_id,
    t.question_id,
    cast(round(t.items) as bigint) as items,
    cast(c.labels as bigint) as labels,
    t.pair_share / t.items as percent_agreement,
    c.most_common,
    c.most_common_share,
    (t.pair_share / t.items - c.chance) / (1.0 - c.chance) as ac1,
    c.most_common_share > 0.8 as is_skewed

from totals as t

inner join chances as c
    on c.campaign_id = t.campaign_id
    and c.question_id = t.question_id

order by t.campaign_id, t.question_id
