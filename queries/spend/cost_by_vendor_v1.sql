-- What each vendor cost us, and what its people earn per hour worked.
--
-- Accrued cost in US dollars; pay is the cost without fees. Hours are the union of the
-- people's work intervals, whatever the basis of their durations: effective_hourly is as good as
-- the hours behind it, and it is unknown where no hours or no costs are known. Submitted
-- assignments are those on production items, gold is paid but not counted.
--
-- grain: campaign_id, vendor_id
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id       text
--   vendor_id         text?    empty for what is paid to no vendor
--   cost_usd          double?
--   pay_usd           double?  cost_usd without fees
--   unpriced          bigint   units without a known price or exchange rate
--   submitted         bigint   assignments submitted
--   timed             bigint   of these with a known duration
--   hours             double?  worked
--   duration_bases    bigint   ways in which these hours were measured
--   effective_hourly  double?  pay_usd / hours
with

facts as (

    select
        s.campaign_id,
        s.vendor_id,
        s.cost_usd,
        case when s.category <> 'fee' then s.cost_usd end as pay_usd,
        s.unpriced,
        case when s.category <> 'fee' then s.unpriced end as unpriced_pay,
        0 as submitted,
        0 as timed,
        cast(null as double) as worked_s,
        cast(null as text) as duration_basis

    from vendor_spend_by_day as s

    where s.day >= :since
        and s.day < :until

    union all

    select
        w.campaign_id,
        w.vendor_id,
        cast(null as double) as cost_usd,
        cast(null as double) as pay_usd,
        0 as unpriced,
        0 as unpriced_pay,
        w.submitted,
        w.timed,
        cast(null as double) as worked_s,
        cast(null as text) as duration_basis

    from vendor_submissions_by_day as w

    where w.submitted > 0
        and w.day >= :since
        and w.day < :until

    union all

    select
        h.campaign_id,
        h.vendor_id,
        cast(null as double) as cost_usd,
        cast(null as double) as pay_usd,
        0 as unpriced,
        0 as unpriced_pay,
        0 as submitted,
        0 as timed,
        h.worked_s,
        h.duration_basis

    from vendor_hours_by_day as h

    where h.day >= :since
        and h.day < :until

),

sums as (

    select
        f.campaign_id,
        f.vendor_id,
        case
            when sum(f.cost_usd) = 0 and sum(f.unpriced) > 0 then null
            else cast(sum(f.cost_usd) as double)
        end as cost_usd,
        case
            when sum(f.pay_usd) = 0 and sum(f.unpriced_pay) > 0 then null
            else cast(sum(f.pay_usd) as double)
        end as pay_usd,
        cast(sum(f.unpriced) as bigint) as unpriced,
        cast(sum(f.submitted) as bigint) as submitted,
        cast(sum(f.timed) as bigint) as timed,
        cast(sum(f.worked_s) as double) / 3600 as hours,
        count(distinct f.duration_basis) as duration_bases

    from facts as f

    group by f.campaign_id, f.vendor_id

)

select
    s.campaign_id,
    s.vendor_id,
    s.cost_usd,
    s.pay_usd,
    s.unpriced,
    s.submitted,
    s.timed,
    s.hours,
    s.duration_bases,
    s.pay_usd / nullif(s.hours, 0) as effective_hourly

from sums as s

order by s.campaign_id, s.vendor_id
