-- What was compared with what, and what was preferred: answers that stand to a choice between two answers.
--
-- Answers A, B or tie to nominal questions whose submission says what was compared (payload with "first" and
-- "second"); A is the first, B the second. Hidden gold is here, training gold and the answers of reviewers and
-- adjudicators are not. What the submission does not say is unknown.
--
-- grain: campaign_id, item_id, assignment_id, question_id
-- refresh: item_id
-- returns:
--   assignment_id  text
--   item_id        text
--   campaign_id    text
--   trainer_id     text?
--   vendor_id      text?
--   gold_kind      text
--   time_basis     text
--   question_id    text
--   day            date
--   choice         text
--   category       text     of the prompt, 'unknown' where nobody says
--   prompt         text?
--   first_name     text?
--   second_name    text?
--   first_chars    bigint?  length
--   second_chars   bigint?
--   one            text?    of the two names the one that comes first in the alphabet; unknown without a prompt and two names
--   other          text?
--   lead_of_one    bigint   1 if one was chosen, -1 if the other was, 0 if neither or where they are unknown
with

told as (

    select
        a.assignment_id,
        a.item_id,
        a.campaign_id,
        a.trainer_id,
        a.vendor_id,
        a.gold_kind,
        a.time_basis,
        a.question_id,
        a.day,
        a.value_text as choice,
        coalesce(nullif(regexp_extract(e.payload, '"category" *: *"([^"]*)"', 1), ''), 'unknown') as category,
        nullif(regexp_extract(e.payload, '"prompt" *: *"([^"]*)"', 1), '') as prompt,
        nullif(regexp_extract(e.payload, '"first" *: *"([^"]*)"', 1), '') as first_name,
        nullif(regexp_extract(e.payload, '"second" *: *"([^"]*)"', 1), '') as second_name,
        cast(nullif(regexp_extract(e.payload, '"first_chars" *: *([0-9]+)', 1), '') as bigint) as first_chars,
        cast(nullif(regexp_extract(e.payload, '"second_chars" *: *([0-9]+)', 1), '') as bigint) as second_chars

    from answers as a

    inner join assignments as s
        on s.campaign_id = a.campaign_id
        and s.item_id = a.item_id
        and s.assignment_id = a.assignment_id

    inner join annotation_events as e
        on e.campaign_id = s.campaign_id
        and e.item_id = s.item_id
        and e.event_id = s.last_event_id

    where a.scale = 'nominal'
        and a.value_text in ('A', 'B', 'tie')
        and a.gold_kind <> 'training'
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')
        and e.payload like '%"first"%"second"%'

)

select
    t.assignment_id,
    t.item_id,
    t.campaign_id,
    t.trainer_id,
    t.vendor_id,
    t.gold_kind,
    t.time_basis,
    t.question_id,
    t.day,
    t.choice,
    t.category,
    t.prompt,
    t.first_name,
    t.second_name,
    t.first_chars,
    t.second_chars,
    case when t.prompt is not null and t.first_name <> t.second_name then least(t.first_name, t.second_name) end as one,
    case when t.prompt is not null and t.first_name <> t.second_name then greatest(t.first_name, t.second_name) end as other,
    cast(
        case
            when t.choice = 'tie' or t.prompt is null or coalesce(t.first_name = t.second_name, true) then 0
            when (t.choice = 'A') = (t.first_name < t.second_name) then 1
            else -1
        end as bigint
    ) as lead_of_one

from told as t
