-- Which answers people give to each question, and how often.
--
-- The latest answer of each submitted assignment counts, by the day of first submission. Hidden gold
-- counts, training gold and the answers of reviewers and adjudicators do not; skipped work carries no
-- answer.
--
-- grain: campaign_id, question_id, scale, value_text
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id  text
--   question_id  text
--   scale        text    nominal, ordinal or interval
--   value_text   text    the answer
--   answers      bigint  times it was given
--   of_answers   bigint  all answers to the question
--   share        share(answers / of_answers)  0 to 1, 95 % Wilson interval
with

given_answers as (

    select
        l.campaign_id,
        l.question_id,
        l.scale,
        l.value_text,
        sum(l.answers) as given

    from labels_by_day as l

    where l.day >= :since
        and l.day < :until

    group by l.campaign_id, l.question_id, l.scale, l.value_text

)

select
    campaign_id,
    question_id,
    scale,
    value_text,
    cast(given as bigint) as answers,
    cast(sum(given) over (partition by campaign_id, question_id, scale) as bigint) as of_answers

from given_answers

order by campaign_id, question_id, scale, answers desc, value_text
