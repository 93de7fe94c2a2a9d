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
