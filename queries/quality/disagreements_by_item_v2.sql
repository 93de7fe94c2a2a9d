-- The items on which people disagree most over all questions, to be looked at first.
--
-- Items that at least two people annotated, by the day of the last annotation, on which some answers differ; of a person
-- who annotated an item more than once the first answer counts; hidden gold counts,
-- training gold and the answers of reviewers and adjudicators do not. Agreement is the mean over the item's
-- questions of the share of pairs of people who give the same answer: first come the items with the
-- least, of these those with the most questions that differ, then those with the most annotations.
--
-- grain: campaign_id, item_id
-- params:
--   since  date    first day, inclusive
--   until  date    first day after the range
--   limit  bigint  at most so many
-- returns:
--   campaign_id  text
--   item_id      text
--   task_type    text
--   gold_kind    text
--   day          date    of the last annotation
--   annotations  bigint  of the question with the most
--   questions    bigint  with two or more annotations
--   differing    bigint  of these with different answers
--   agreement    double  0 to 1
select
    a.campaign_id,
    a.item_id,
    a.task_type,
    a.gold_kind,
    a.day,
    a.annotations,
    a.questions,
    a.differing,
    a.agreement

from item_agreements as a

where a.day >= :since
    and a.day < :until
    and a.differing > 0

order by
    a.agreement,
    a.differing desc,
    a.annotations desc,
    a.campaign_id,
    a.item_id

limit :limit
