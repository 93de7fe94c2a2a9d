-- The items on which a trainer gave one answer while most of the others agreed on another, or on the same.
--
-- What is behind one cell of the trainer's confusion matrix with peers, counted in the same way: the consensus
-- is the answer that more of the others' annotations give than any other, the trainer's own has no vote, and
-- items without such an answer do not count. The answers that stand count, by the day of the trainer's
-- submission, hidden gold included, training gold and the answers of reviewers and adjudicators not.
--
-- grain: campaign_id, item_id, assignment_id
-- params:
--   trainer       text    the trainer asked about
--   question      text    the question of the cell
--   consensus     text    the answer of most others
--   given_answer  text    what the trainer answered
--   since         date    first day of submission, inclusive
--   until         date    first day after the range
--   limit         bigint  at most so many, the newest first
-- returns:
--   campaign_id    text
--   item_id        text
--   assignment_id  text
--   day            date    of the trainer's submission
--   task_type      text
--   gold_kind      text
--   votes          bigint  of the others for the consensus
--   others         bigint  annotations of the others
with

counted as (

    select
        a.assignment_id,
        a.campaign_id,
        a.item_id,
        a.question_id,
        a.scale,
        a.value_text,
        a.day,
        a.task_type,
        a.gold_kind

    from answers as a

    where a.day >= :since
        and a.day < :until
        and a.trainer_id = :trainer
        and a.question_id = :question
        and a.value_text = :given_answer
        and a.gold_kind <> 'training'
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')

),

votes as (

    select
        c.assignment_id,
        c.campaign_id,
        c.item_id,
        c.day,
        c.task_type,
        c.gold_kind,
        i.value_text as other_answer,
        i.annotations - 1 as others,
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
        v.item_id,
        v.assignment_id,
        v.day,
        v.task_type,
        v.gold_kind,
        v.other_answer,
        v.others,
        v.votes,
        row_number() over w as place,
        lead(v.votes) over w as next_votes

    from votes as v

    window w as (
        partition by v.campaign_id, v.item_id, v.assignment_id
        order by v.votes desc, v.other_answer
    )

)

select
    r.campaign_id,
    r.item_id,
    r.assignment_id,
    r.day,
    r.task_type,
    r.gold_kind,
    cast(r.votes as bigint) as votes,
    cast(r.others as bigint) as others

from ranked as r

where r.place = 1
    and r.votes > coalesce(r.next_votes, 0)
    and r.other_answer = :consensus

order by r.day desc, r.campaign_id, r.item_id, r.assignment_id

limit :limit
