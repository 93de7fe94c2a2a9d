-- Whether people earn at least the floor: each vendor's pay per hour worked against the least that was set.
--
-- Pay is all accrued cost but fees, in dollars at the day's rate; hours are the union of the people's work intervals,
-- whatever the basis of their durations; work whose time is unknown is paid and adds no hours, so that with such work a rate
-- below the floor may stay unseen. The floor is that of the charter in force: the vendor's own, else the one for
-- everybody, of these the one that began last, on each day worked and at that day's exchange rate, weighted by the hours.
-- Only hours and pay of days with a floor are compared. While units of pay are unpriced pay is too low: then nobody
-- is said to be below.
--
-- grain: campaign_id, vendor_id
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id       text
--   vendor_id         text?    empty where nobody says whose people they are
--   hours             double   worked on days with a floor
--   pay_usd           double?  cost without fees of these days
--   unpriced          bigint   units of pay without a known price or exchange rate
--   effective_hourly  double?  pay_usd / hours
--   floor_hourly      double?  dollars
--   is_below          boolean  whether effective_hourly is less than floor_hourly, and no pay is unknown
with

versions as (

    select
        c.campaign_id,
        max(c.version) as version

    from charters as c

    group by c.campaign_id

),

floors as (

    select
        t.campaign_id,
        coalesce(t.vendor_id, '') as vendor,
        t.starts_on,
        t.ends_on,
        t.amount,
        t.currency

    from charter_terms as t
    inner join versions as v on v.campaign_id = t.campaign_id and v.version = t.version

    where t.kind = 'floor'

),

facts as (

    select
        h.campaign_id,
        coalesce(h.vendor_id, '') as vendor,
        h.day,
        cast(h.worked_s as double) / 3600 as hours,
        cast(null as double) as pay_usd,
        0 as unpriced

    from vendor_hours_by_day as h

    where h.day >= :since
        and h.day < :until

    union all

    select
        s.campaign_id,
        coalesce(s.vendor_id, '') as vendor,
        s.day,
        cast(0 as double) as hours,
        s.cost_usd as pay_usd,
        s.unpriced

    from vendor_spend_by_day as s

    where s.category <> 'fee'
        and s.day >= :since
        and s.day < :until

),

days as (

    select
        f.campaign_id,
        f.vendor,
        f.day,
        sum(f.hours) as hours,
        sum(f.pay_usd) as pay_usd,
        sum(f.unpriced) as unpriced

    from facts as f

    group by f.campaign_id, f.vendor, f.day

),

fitting as (

    select
        d.campaign_id,
        d.vendor,
        d.day,
        d.hours,
        d.pay_usd,
        d.unpriced,
        f.amount,
        f.currency,
        row_number() over (
            partition by d.campaign_id, d.vendor, d.day
            order by case when f.vendor = '' then 1 else 0 end, f.starts_on desc, f.amount desc
        ) as nth

    from days as d
    inner join floors as f on f.campaign_id = d.campaign_id

    where (f.vendor = '' or f.vendor = d.vendor)
        and f.starts_on <= d.day
        and (f.ends_on is null or f.ends_on > d.day)

),

rates as (

    select
        m.currency,
        m.day,
        x.usd,
        row_number() over (partition by m.currency, m.day order by x.day desc, x.recorded_at desc) as nth

    from (select g.currency, g.day from fitting as g group by g.currency, g.day) as m
    inner join fx_rates as x on x.currency = m.currency

    where x.day <= m.day

),

priced as (

    select
        f.campaign_id,
        f.vendor,
        f.hours,
        f.pay_usd,
        f.unpriced,
        f.amount * case when f.currency = 'USD' then coalesce(r.usd, 1.0) else r.usd end as floor_usd

    from fitting as f
    left join rates as r on r.currency = f.currency and r.day = f.day and r.nth = 1

    where f.nth = 1

),

sums as (

    select
        p.campaign_id,
        p.vendor,
        sum(p.hours) as hours,
        case when sum(p.pay_usd) = 0 and sum(p.unpriced) > 0 then null else sum(p.pay_usd) end as pay_usd,
        cast(sum(p.unpriced) as bigint) as unpriced,
        sum(p.floor_usd * p.hours) / nullif(sum(case when p.floor_usd is not null then p.hours end), 0) as floor_hourly

    from priced as p

    group by p.campaign_id, p.vendor

    having sum(p.hours) > 0

)

select
    s.campaign_id,
    case when s.vendor <> '' then s.vendor end as vendor_id,
    s.hours,
    s.pay_usd,
    s.unpriced,
    s.pay_usd / nullif(s.hours, 0) as effective_hourly,
    s.floor_hourly,
    coalesce(s.unpriced = 0 and s.pay_usd / nullif(s.hours, 0) < s.floor_hourly, false) as is_below

from sums as s

order by s.campaign_id, s.vendor
