-- Whether a trainer gives the very same answers to different items more often than the others' answers let expect.
--
-- The answers that stand, by the day of first submission, hidden gold included, training gold and the answers
-- of reviewers and adjudicators not: each question alone (free text, labels, numbers) and, where a piece of
-- work answers several, all its answers together (the first eight questions in the alphabet; question_id is
-- empty). An answer is repeated if the trainer gave it to another item too. Expected is how many would be
-- repeated if the answers were drawn from those of all others in the campaign: common labels are no surprise,
-- the same text twice is. Where nobody else answers nothing is a surprise. Work of unknown people is left out.
--
-- grain: campaign_id, question_id
-- params:
--   trainer  text  the trainer asked about
--   since    date  first day of submission, inclusive
--   until    date  first day after the range
-- returns:
--   campaign_id     text
--   question_id     text    empty for all answers of a piece of work together
--   answers         bigint  the trainer's, one per item and answer
--   repeated        bigint  of these given to another item too
--   expected        double  of these, had they been drawn from the others' answers
--   variance        double  of the expected
--   others_answers  bigint  answers of all others in the campaign
--   most_common     text    the trainer's most repeated answer, the first in the alphabet of equals
--   most_common_by  bigint  items it was given to
--   others_gave_it  bigint  times that the others gave it
with

counted as (

    select
        a.campaign_id,
        a.item_id,
        a.assignment_id,
        a.trainer_id,
        a.question_id,
        a.value_text

    from answers as a

    where a.day >= :since
        and a.day < :until
        and a.gold_kind <> 'training'
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')
        and a.trainer_id is not null

),

own_campaigns as (

    select distinct c.campaign_id from counted as c where c.trainer_id = :trainer

),

pieces as (

    select
        c.campaign_id,
        c.item_id,
        c.assignment_id,
        case when c.trainer_id = :trainer then 1 else 0 end as is_own,
        c.question_id,
        c.value_text,
        row_number() over (
            partition by c.campaign_id, c.item_id, c.assignment_id order by c.question_id
        ) as place

    from counted as c

    inner join own_campaigns as o
        on o.campaign_id = c.campaign_id

),

whole as (

    select
        p.campaign_id,
        '' as question_id,
        p.item_id,
        p.is_own,
        concat(
            max(case when p.place = 1 then p.value_text else '' end),
            max(case when p.place = 2 then concat(' + ', p.value_text) else '' end),
            max(case when p.place = 3 then concat(' + ', p.value_text) else '' end),
            max(case when p.place = 4 then concat(' + ', p.value_text) else '' end),
            max(case when p.place = 5 then concat(' + ', p.value_text) else '' end),
            max(case when p.place = 6 then concat(' + ', p.value_text) else '' end),
            max(case when p.place = 7 then concat(' + ', p.value_text) else '' end),
            max(case when p.place = 8 then concat(' + ', p.value_text) else '' end)
        ) as answer

    from pieces as p

    group by p.campaign_id, p.item_id, p.assignment_id, p.is_own

    having count(*) > 1

    union all

    select
        p.campaign_id,
        p.question_id,
        p.item_id,
        p.is_own,
        p.value_text as answer

    from pieces as p

),

given as (

    select
        w.campaign_id,
        w.question_id,
        w.answer,
        count(distinct case when w.is_own = 1 then w.item_id end) as own,
        sum(1 - w.is_own) as others

    from whole as w

    group by w.campaign_id, w.question_id, w.answer

),

chances as (

    select
        g.campaign_id,
        g.question_id,
        g.answer,
        cast(g.own as double) as own,
        cast(g.others as double) as others,
        cast(sum(g.own) over (partition by g.campaign_id, g.question_id) as double) as own_all,
        cast(sum(g.others) over (partition by g.campaign_id, g.question_id) as double) as others_all,
        row_number() over (
            partition by g.campaign_id, g.question_id order by g.own desc, g.answer
        ) as place

    from given as g

),

surprises as (

    select
        c.campaign_id,
        c.question_id,
        c.answer,
        c.own,
        c.others,
        c.others_all,
        c.place,
        -- one more is added to what the others gave: what nobody gave yet is not impossible
        1.0 - exp(
            (c.own_all - 1.0)
            * ln(greatest(1.0 - (c.others + 1.0) / (c.others_all + 1.0), 0.000000000001))
        ) as chance

    from chances as c

    where c.own > 0

)

select
    s.campaign_id,
    s.question_id,
    cast(sum(s.own) as bigint) as answers,
    cast(sum(case when s.own > 1 then s.own else 0 end) as bigint) as repeated,
    sum(s.own * s.chance) as expected,
    sum(s.own * s.chance * (1.0 - s.chance)) as variance,
    cast(max(s.others_all) as bigint) as others_answers,
    max(case when s.place = 1 then s.answer end) as most_common,
    cast(max(case when s.place = 1 then s.own end) as bigint) as most_common_by,
    cast(max(case when s.place = 1 then s.others end) as bigint) as others_gave_it

from surprises as s

group by s.campaign_id, s.question_id

order by s.campaign_id, s.question_id
