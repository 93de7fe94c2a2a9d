-- Which questions several people answered on the same items, and how many different answers were given.
--
-- Nominal and ordinal questions; the answers that stand, hidden gold included, training gold and the answers
-- of reviewers and adjudicators not. Items with one annotation count in none of the figures but the answers.
--
-- grain: campaign_id, question_id
-- params:
-- returns:
--   campaign_id  text
--   question_id  text
--   items        bigint  items with two or more annotations
--   annotations  bigint  annotations of these
--   labels       bigint  different answers, those to items with one annotation included
select
    i.campaign_id,
    i.question_id,
    cast(count(distinct case when i.annotations > 1 then i.item_id end) as bigint) as items,
    cast(coalesce(sum(case when i.annotations > 1 then i.given end), 0) as bigint) as annotations,
    cast(count(distinct i.value_text) as bigint) as labels

from item_answers as i

where i.scale <> 'interval'
    and i.gold_kind <> 'training'

group by i.campaign_id, i.question_id

having count(distinct case when i.annotations > 1 then i.item_id end) > 0

order by i.campaign_id, i.question_id
