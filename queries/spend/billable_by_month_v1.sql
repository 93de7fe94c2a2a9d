-- What each vendor's work of a month comes to, in the units and the currency in which a vendor bills it.
--
-- Accrued cost and what it was accrued for: assignments at their first submission (annotation, overlap and
-- gold; resubmissions add cost, not units), or instead the hours of the same work where no event states its own
-- cost; reviews; and posted costs by category. A month is that of the work. Units without a known price are
-- counted, their cost is missing. Both counts of one piece of work stand side by side: a vendor bills one of them.
--
-- grain: vendor_id, campaign_id, month, kind, currency
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   vendor_id    text
--   campaign_id  text
--   month        date    first day of the month, UTC
--   kind         text    work, review, or the category of a posted cost: onboarding, bonus, fee
--   currency     text    in which the cost was accrued; '' for hours and units without one
--   units        bigint  assignments, reviews or posted costs
--   hours        double  of the same work
--   cost         double  in the currency
--   cost_usd     double
--   unpriced     bigint  units without a known price or exchange rate
with

facts as (

    select
        s.vendor_id,
        s.campaign_id,
        cast(date_trunc('month', s.day) as date) as month,
        case when s.category in ('annotation', 'overlap', 'gold', 'rework') then 'work' else s.category end as kind,
        s.currency,
        case when s.category = 'rework' then 0 else s.units end as units,
        cast(0 as double) as hours,
        s.cost,
        s.cost_usd,
        s.unpriced

    from vendor_spend_by_day as s

    where s.vendor_id is not null
        and s.day >= :since
        and s.day < :until

    union all

    select
        h.vendor_id,
        h.campaign_id,
        cast(date_trunc('month', h.day) as date) as month,
        case when h.category in ('annotation', 'overlap', 'gold', 'rework') then 'work' else h.category end as kind,
        '' as currency,
        0 as units,
        h.payable_s / 3600 as hours,
        cast(0 as double) as cost,
        cast(0 as double) as cost_usd,
        0 as unpriced

    from vendor_hours_by_day as h

    where h.vendor_id is not null
        and h.payable_s > 0
        and h.day >= :since
        and h.day < :until

)

select
    f.vendor_id,
    f.campaign_id,
    f.month,
    f.kind,
    f.currency,
    cast(sum(f.units) as bigint) as units,
    cast(sum(f.hours) as double) as hours,
    cast(sum(f.cost) as double) as cost,
    cast(sum(f.cost_usd) as double) as cost_usd,
    cast(sum(f.unpriced) as bigint) as unpriced

from facts as f

group by f.vendor_id, f.campaign_id, f.month, f.kind, f.currency

order by f.vendor_id, f.campaign_id, f.month, f.kind, f.currency
