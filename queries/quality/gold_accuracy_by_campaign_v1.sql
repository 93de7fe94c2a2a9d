-- The share of hidden gold answers that were right.
--
-- Only hidden gold counts: training gold is practice. An answer is dated by its submission. The interval is
-- wider than plain counting makes it where trainers differ, because one trainer's answers are alike: the
-- design effect is the variance between trainers over the variance of independent answers, never under 1,
-- and 1 where it cannot be known (one trainer, or all answers alike). Answers of unknown people count as
-- those of one more trainer.
--
-- grain: campaign_id
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id    text
--   trainers       bigint  people with a scored hidden gold answer
--   scored         bigint  hidden gold answers scored
--   correct        bigint  of these right
--   design_effect  double  how many times wider than of independent answers the variance is
--   accuracy       share(correct / scored, design design_effect)  0 to 1, 95 % Wilson interval
with

gold_answers as (

    select
        s.campaign_id,
        coalesce(s.trainer_id, '') as trainer_id,
        cast(sum(s.gold_scored) as double) as scored,
        cast(sum(s.gold_correct) as double) as correct

    from submissions_by_day as s

    where s.day >= :since
        and s.day < :until
        and s.gold_scored > 0

    group by s.campaign_id, coalesce(s.trainer_id, '')

),

rates as (

    select
        a.campaign_id,
        count(*) as clusters,
        sum(a.scored) as scored,
        sum(a.correct) as correct,
        sum(a.correct) / sum(a.scored) as accuracy

    from gold_answers as a

    group by a.campaign_id

),

spreads as (

    select
        a.campaign_id,
        sum((a.correct - r.accuracy * a.scored) * (a.correct - r.accuracy * a.scored)) as spread

    from gold_answers as a

    inner join rates as r
        on r.campaign_id = a.campaign_id

    group by a.campaign_id

)

select
    r.campaign_id,
    cast(r.clusters as bigint) as trainers,
    cast(r.scored as bigint) as scored,
    cast(r.correct as bigint) as correct,
    case
        when r.clusters > 1 and r.correct > 0 and r.correct < r.scored
            then greatest(
                1.0,
                s.spread * r.clusters / (r.clusters - 1.0)
                / (r.scored * r.accuracy * (1.0 - r.accuracy))
            )
        else 1.0
    end as design_effect

from rates as r

inner join spreads as s
    on s.campaign_id = r.campaign_id

order by r.campaign_id
