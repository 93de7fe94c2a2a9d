-- Accrued cost per vendor and day by category, whoever it was paid for.
--
-- The rows of spend_by_day summed up over the trainers, for questions about no person. Where the scope names trainers spend_by_day
-- itself is read in its place.
--
-- grain: campaign_id, vendor_id, task_type, category, currency, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id  text
--   vendor_id    text?
--   task_type    text
--   category     text    annotation, overlap, review, rework, gold, onboarding, bonus, fee, or as posted
--   currency     text    '' where unknown
--   day          date
--   units        bigint  submissions, reviews and posted costs
--   unpriced     bigint  of these without a price
--   cost         double  in the currency
--   cost_usd     double
select
    s.campaign_id,
    s.vendor_id,
    s.task_type,
    s.category,
    s.currency,
    s.day,
    cast(sum(s.units) as bigint) as units,
    cast(sum(s.unpriced) as bigint) as unpriced,
    sum(s.cost) as cost,
    sum(s.cost_usd) as cost_usd

from spend_by_day as s

group by s.campaign_id, s.vendor_id, s.task_type, s.category, s.currency, s.day
