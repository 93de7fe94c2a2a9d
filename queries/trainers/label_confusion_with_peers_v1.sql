-- What a trainer answers where most of the others agree on an answer, and how often.
--
-- The consensus is the answer that more of the others' annotations of the item give than any other; the
-- trainer's own answer has no vote, and items without such an answer do not count. The answers that stand
-- count, by the day of the trainer's submission, hidden gold included, training gold and the answers of
-- reviewers and adjudicators not. Each row is a cell of the confusion matrix; cells that never occurred
-- have no row. Most people can be wrong: a consensus is no gold.
--
-- grain: campaign_id, question_id, consensus, given_answer
-- params:
--   trainer  text  the trainer asked about
--   since    date  first day of submission, inclusive
--   until    date  first day after the range
-- returns:
--   campaign_id   text
--   question_id   text
--   consensus     text     the answer of most others
--   given_answer  text     what the trainer answered
--   is_alike      boolean  both are the same
--   answers       bigint   times this was answered
--   of_answers    bigint   answers of the trainer where this was the consensus
--   share         share(answers / of_answers)  0 to 1, 95 % Wilson interval
with

counted as (

    select
        a.assignment_id,
        a.campaign_id,
        a.item_id,
        a.question_id,
        a.scale,
        a.value_text

    from answers as a

    where a.day >= :since
        and a.day < :until
        and a.trainer_id = :trainer
        and a.gold_kind <> 'training'
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')

),

votes as (

    select
        c.assignment_id,
        c.campaign_id,
        c.item_id,
        c.question_id,
        c.value_text as given_answer,
        i.value_text as other_answer,
        i.given - case when i.value_text = c.value_text then 1 else 0 end as votes

    from counted as c

    inner join item_answers as i
        on i.campaign_id = c.campaign_id
        and i.item_id = c.item_id
        and i.question_id = c.question_id
        and i.scale = c.scale

    where i.annotations > 1
        -- the item's last annotation is never before the trainer's own
        and i.day >= :since

),

ranked as (

    select
        v.campaign_id,
        v.question_id,
        v.given_answer,
        v.other_answer,
        row_number() over w as place,
        v.votes,
        lead(v.votes) over w as next_votes

    from votes as v

    window w as (
        partition by v.campaign_id, v.item_id, v.assignment_id, v.question_id
        order by v.votes desc, v.other_answer
    )

),

cells as (

    select
        r.campaign_id,
        r.question_id,
        r.other_answer as consensus,
        r.given_answer,
        count(*) as times

    from ranked as r

    where r.place = 1
        and r.votes > coalesce(r.next_votes, 0)

    group by r.campaign_id, r.question_id, r.other_answer, r.given_answer

)

select
    c.campaign_id,
    c.question_id,
    c.consensus,
    c.given_answer,
    c.given_answer = c.consensus as is_alike,
    cast(c.times as bigint) as answers,
    cast(sum(c.times) over (partition by c.campaign_id, c.question_id, c.consensus) as bigint)
        as of_answers

from cells as c

order by c.campaign_id, c.question_id, c.consensus, c.given_answer
