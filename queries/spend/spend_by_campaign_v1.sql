-- What each campaign spent, by what it was spent on.
--
-- Accrued cost in US dollars at the day's rate, dated by the work, not by the invoice: the
-- event's own cost, else the rate card in force. Gold, overlap, review and rework cost like
-- all else. Units whose price is unknown add nothing: where nothing has a price the cost is
-- unknown, not 0.
--
-- grain: campaign_id, category
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id  text
--   category     text     annotation, overlap, review, rework, gold, onboarding, bonus, fee
--   cost_usd     double?
--   units        bigint   things paid for
--   unpriced     bigint   of these, without a known price or exchange rate
select
    s.campaign_id,
    s.category,
    case
        when sum(s.cost_usd) = 0 and sum(s.unpriced) > 0 then null
        else cast(sum(s.cost_usd) as double)
    end as cost_usd,
    cast(sum(s.units) as bigint) as units,
    cast(sum(s.unpriced) as bigint) as unpriced

from vendor_spend_by_day as s

where s.day >= :since
    and s.day < :until

group by s.campaign_id, s.category

order by s.campaign_id, s.category
