-- What each campaign spent in which currency, and what that came to in dollars.
--
-- Accrued cost, converted at the rate of the day of the work; a day without a rate takes the
-- last one before. What has no known rate has a cost but no dollars.
--
-- grain: campaign_id, currency
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id  text
--   currency     text     '' where not even the currency is known
--   cost         double?  in that currency
--   cost_usd     double?
--   mean_rate    double?  cost_usd / cost: dollars for one unit, weighted by what was spent
--   units        bigint   things paid for
--   unpriced     bigint   of these, without a known price or exchange rate
with

sums as (

    select
        s.campaign_id,
        s.currency,
        case
            when sum(s.cost) = 0 and sum(s.unpriced) > 0 then null
            else cast(sum(s.cost) as double)
        end as cost,
        case
            when sum(s.cost_usd) = 0 and sum(s.unpriced) > 0 then null
            else cast(sum(s.cost_usd) as double)
        end as cost_usd,
        cast(sum(s.units) as bigint) as units,
        cast(sum(s.unpriced) as bigint) as unpriced

    from vendor_spend_by_day as s

    where s.day >= :since
        and s.day < :until

    group by s.campaign_id, s.currency

)

select
    s.campaign_id,
    s.currency,
    s.cost,
    s.cost_usd,
    s.cost_usd / nullif(s.cost, 0) as mean_rate,
    s.units,
    s.unpriced

from sums as s

order by s.campaign_id, s.currency
