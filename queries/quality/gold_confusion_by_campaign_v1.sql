-- What people answer where the right answer is known, and how often.
--
-- Hidden gold and production items whose right answer is known: the answers that stand, by the day of first
-- submission, against the gold answer now in force (a corrected gold answer counts as corrected). Training
-- gold and the answers of reviewers and adjudicators do not count. Each row is a cell of the confusion
-- matrix; cells that never occurred have no row.
--
-- grain: campaign_id, question_id, right_answer, given_answer
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id   text
--   question_id   text
--   right_answer  text     the gold answer
--   given_answer  text     what was answered
--   is_right      boolean  both are the same
--   answers       bigint   times this was answered
--   of_answers    bigint   answers where this answer was right
--   share         share(answers / of_answers)  0 to 1, 95 % Wilson interval
with

gold_versions as (

    select
        g.campaign_id,
        g.item_id,
        g.question_id,
        g.answer,
        row_number() over (
            partition by g.campaign_id, g.item_id, g.question_id
            order by g.recorded_at desc, g.answer
        ) as place

    from gold_items as g

),

cells as (

    select
        a.campaign_id,
        a.question_id,
        g.answer as right_answer,
        a.value_text as given_answer,
        count(*) as times

    from answers as a

    inner join gold_versions as g
        on g.campaign_id = a.campaign_id
        and g.item_id = a.item_id
        and g.question_id = a.question_id
        and g.place = 1

    where a.day >= :since
        and a.day < :until
        and a.gold_kind <> 'training'
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')

    group by a.campaign_id, a.question_id, g.answer, a.value_text

)

select
    c.campaign_id,
    c.question_id,
    c.right_answer,
    c.given_answer,
    c.given_answer = c.right_answer as is_right,
    cast(c.times as bigint) as answers,
    cast(sum(c.times) over (partition by c.campaign_id, c.question_id, c.right_answer) as bigint)
        as of_answers

from cells as c

order by c.campaign_id, c.question_id, c.right_answer, c.given_answer
