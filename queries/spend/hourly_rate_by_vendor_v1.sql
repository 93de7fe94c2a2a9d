-- What each vendor's people earn per hour worked, against the rate that was agreed.
--
-- Pay is all accrued cost but fees, in dollars at the day's rate; hours are the union of the
-- people's work intervals, whatever the basis of their durations. Work whose time is unknown is
-- paid and adds no hours: where there is such work the rate is too high. The agreed rate is the hourly
-- rate card that fits the work best on its day (of the fitting cards the one with the most
-- fields filled in, then the latest), weighted by the hours worked under it. Where a rate per
-- assignment fits best, or no card does, nothing is agreed per hour. What is not known is
-- empty, never 0.
--
-- grain: campaign_id, vendor_id
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id       text
--   vendor_id         text?    empty where nobody says whose people they are
--   hours             double   worked
--   people            bigint   who worked them
--   pay_usd           double?  cost without fees
--   unpriced          bigint   units of pay without a known price or exchange rate
--   effective_hourly  double?  pay_usd / hours, in dollars
--   agreed_hours      double   hours for which an hourly rate was agreed
--   agreed_hourly     double?  dollars agreed for an hour, on average over these hours
--   lowest_agreed     double?  the lowest agreed on any of these days
--   highest_agreed    double?
with

work as (

    select
        h.campaign_id,
        coalesce(h.vendor_id, '') as vendor,
        h.role,
        h.task_type,
        coalesce(h.locale, '') as locale,
        h.day,
        cast(sum(h.worked_s) as double) / 3600 as hours

    from vendor_hours_by_day as h

    where h.day >= :since
        and h.day < :until

    group by
        h.campaign_id,
        coalesce(h.vendor_id, ''),
        h.role,
        h.task_type,
        coalesce(h.locale, ''),
        h.day

),

recorded as (

    select
        coalesce(r.vendor_id, '') as vendor,
        coalesce(r.campaign_id, '') as campaign,
        coalesce(r.role, '') as role,
        coalesce(r.task_type, '') as task_type,
        coalesce(r.locale, '') as locale,
        r.unit,
        r.amount,
        r.currency,
        r.valid_from,
        r.valid_until,
        r.recorded_at

    from rate_cards as r

),

cards as (

    select
        r.vendor,
        r.campaign,
        r.role,
        r.task_type,
        r.locale,
        r.unit,
        r.amount,
        r.currency,
        r.valid_from,
        r.valid_until,
        r.recorded_at,
        case when r.vendor = '' then 0 else 1 end
        + case when r.campaign = '' then 0 else 1 end
        + case when r.role = '' then 0 else 1 end
        + case when r.task_type = '' then 0 else 1 end
        + case when r.locale = '' then 0 else 1 end as fields,
        row_number() over (
            partition by r.vendor, r.campaign, r.role, r.task_type, r.locale, r.unit, r.valid_from
            order by r.recorded_at desc, r.amount desc
        ) as place

    from recorded as r

),

fitting as (

    select
        w.campaign_id,
        w.vendor,
        w.day,
        w.hours,
        c.unit,
        c.amount,
        c.currency,
        row_number() over (
            partition by w.campaign_id, w.vendor, w.role, w.task_type, w.locale, w.day
            order by c.fields desc, c.valid_from desc, c.recorded_at desc, c.unit, c.amount desc
        ) as place

    from work as w
    cross join cards as c

    where c.place = 1
        and c.valid_from <= w.day
        and (c.valid_until is null or c.valid_until > w.day)
        and (c.campaign = '' or c.campaign = w.campaign_id)
        and (c.vendor = '' or c.vendor = w.vendor)
        and (c.role = '' or c.role = w.role)
        and (c.task_type = '' or c.task_type = w.task_type)
        and (c.locale = '' or c.locale = w.locale)
        and (c.role = 'reviewer' or w.role <> 'reviewer' or c.unit <> 'assignment')

),

monies as (

    select
        f.currency,
        f.day

    from fitting as f

    where f.place = 1
        and f.unit = 'hour'

    group by f.currency, f.day

),

rates as (

    select
        m.currency,
        m.day,
        x.usd,
        row_number() over (
            partition by m.currency, m.day
            order by x.day desc, x.recorded_at desc
        ) as place

    from monies as m
    inner join fx_rates as x on x.currency = m.currency

    where x.day <= m.day

),

agreed as (

    select
        f.campaign_id,
        f.vendor,
        f.hours,
        f.amount * case when f.currency = 'USD' then coalesce(r.usd, 1) else r.usd end as hourly_usd

    from fitting as f
    left join rates as r on r.currency = f.currency and r.day = f.day and r.place = 1

    where f.place = 1
        and f.unit = 'hour'

),

staff as (

    select
        h.campaign_id,
        coalesce(h.vendor_id, '') as vendor,
        count(distinct h.trainer_id) as people

    from hours_by_day as h

    where h.day >= :since
        and h.day < :until

    group by h.campaign_id, coalesce(h.vendor_id, '')

),

facts as (

    select
        w.campaign_id,
        w.vendor,
        w.hours,
        cast(null as double) as pay_usd,
        0 as unpriced,
        cast(0 as double) as agreed_hours,
        cast(0 as double) as agreed_usd,
        cast(null as double) as hourly_usd

    from work as w

    union all

    select
        s.campaign_id,
        coalesce(s.vendor_id, '') as vendor,
        cast(0 as double) as hours,
        s.cost_usd as pay_usd,
        s.unpriced,
        cast(0 as double) as agreed_hours,
        cast(0 as double) as agreed_usd,
        cast(null as double) as hourly_usd

    from vendor_spend_by_day as s

    where s.category <> 'fee'
        and s.day >= :since
        and s.day < :until

    union all

    select
        a.campaign_id,
        a.vendor,
        cast(0 as double) as hours,
        cast(null as double) as pay_usd,
        0 as unpriced,
        a.hours as agreed_hours,
        a.hours * a.hourly_usd as agreed_usd,
        a.hourly_usd

    from agreed as a

    where a.hourly_usd is not null

),

sums as (

    select
        f.campaign_id,
        f.vendor,
        nullif(f.vendor, '') as vendor_id,
        sum(f.hours) as hours,
        case
            when sum(f.pay_usd) = 0 and sum(f.unpriced) > 0 then null
            else sum(f.pay_usd)
        end as pay_usd,
        cast(sum(f.unpriced) as bigint) as unpriced,
        sum(f.agreed_hours) as agreed_hours,
        sum(f.agreed_usd) as agreed_usd,
        min(f.hourly_usd) as lowest_agreed,
        max(f.hourly_usd) as highest_agreed

    from facts as f

    group by f.campaign_id, f.vendor

    having sum(f.hours) > 0

)

select
    s.campaign_id,
    s.vendor_id,
    s.hours,
    p.people,
    s.pay_usd,
    s.unpriced,
    s.pay_usd / nullif(s.hours, 0) as effective_hourly,
    s.agreed_hours,
    s.agreed_usd / nullif(s.agreed_hours, 0) as agreed_hourly,
    s.lowest_agreed,
    s.highest_agreed

from sums as s
left join staff as p on p.campaign_id = s.campaign_id and p.vendor = s.vendor

order by s.campaign_id, s.vendor_id
