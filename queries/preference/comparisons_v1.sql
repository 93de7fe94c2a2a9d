-- The comparisons behind the shares, one by one, the newest first: what was shown in which place, and what was chosen.
--
-- Answers that stand to nominal questions whose submission says what was compared; A is the first answer, B the
-- second. Hidden gold is here, training gold and the answers of reviewers and adjudicators are not. A category, a choice
-- or a prompt that is named leaves only its comparisons.
--
-- grain: campaign_id, item_id, assignment_id, question_id
-- params:
--   category  text?   only prompts of this category
--   choice    text?   only these choices: A, B or tie
--   prompt    text?   only this prompt
--   since     date    first day of submission, inclusive
--   until     date    first day after the range
--   limit     bigint  at most so many
-- returns:
--   campaign_id    text
--   item_id        text
--   assignment_id  text
--   question_id    text
--   day            date    of first submission
--   trainer_id     text?
--   vendor_id      text?
--   category       text    unknown where nobody says
--   prompt         text?
--   first_name     text?   what stood first
--   second_name    text?
--   first_chars    bigint?  its length
--   second_chars   bigint?
--   choice         text    A, B or tie
select
    c.campaign_id,
    c.item_id,
    c.assignment_id,
    c.question_id,
    c.day,
    c.trainer_id,
    c.vendor_id,
    c.category,
    c.prompt,
    c.first_name,
    c.second_name,
    c.first_chars,
    c.second_chars,
    c.choice

from comparisons as c

where c.day >= :since
    and c.day < :until
    and (c.category = :category or cast(:category as text) is null)
    and (c.choice = :choice or cast(:choice as text) is null)
    and (c.prompt = :prompt or cast(:prompt as text) is null)

order by c.day desc, c.campaign_id, c.item_id, c.assignment_id, c.question_id

limit :limit
