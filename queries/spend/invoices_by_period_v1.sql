-- What vendors billed against what their work came to, and why the two differ.
--
-- Invoice lines by vendor, campaign, unit and period, credit notes included, beside the accrued cost of the same
-- days. Assignments are those at their first submission (annotation, overlap, gold; resubmissions add cost, not units),
-- hours those worked for which no event states its own cost, reviews and posted costs are counted by themselves. A
-- line without a campaign is held against all of the vendor's campaigns. The difference in dollars is taken apart: more or
-- fewer hours or units than accrued, at the accrued rate; another rate, on what was billed (rounding and wrong sums fall here);
-- and exchange, because work is accrued at each day's rate and an invoice counts at that of its period's last
-- day. The parts add up to the difference. Where work was accrued in another currency than billed it is compared in
-- dollars at the invoice's rate. The cause is the largest of the parts; none where hours, units and rate together make less than half
-- a per cent, or a dollar. While units are unpriced or no exchange rate is known the difference is unknown.
--
-- grain: vendor_id, campaign_id, unit, period_start, period_until, currency
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range; periods that touch the range are meant
-- returns:
--   vendor_id        text
--   campaign_id      text?    empty for all of the vendor's campaigns
--   unit             text     assignment, hour, review, review_hour, onboarding, bonus or fee
--   period_start     date
--   period_until     date     first day after the period
--   currency         text     of the invoice
--   invoice_no       text     the first of them
--   invoices         bigint
--   units_invoiced   double
--   units_accrued    double
--   rate_invoiced    double?  amount_invoiced / units_invoiced
--   rate_accrued     double?  amount_accrued / units_accrued
--   amount_invoiced  double   in the currency
--   amount_accrued   double?  in the currency
--   amount_paid      double   in the currency
--   invoiced_usd     double?
--   accrued_usd      double?
--   difference_usd   double?  invoiced_usd - accrued_usd
--   from_hours       double?  dollars of the difference
--   from_count       double?
--   from_rate        double?
--   from_exchange    double?
--   cause            text     hours, count, rate or exchange; '' where they agree
--   unpriced         bigint   units of the work without a known price
with

recorded as (

    select
        i.*,
        row_number() over (
            partition by i.vendor_id, i.invoice_no, coalesce(i.campaign_id, ''), i.unit, i.period_start, i.period_until
            order by i.recorded_at desc
        ) as nth

    from invoices as i

),

billed as (

    select
        r.vendor_id,
        coalesce(r.campaign_id, '') as campaign,
        r.unit,
        case
            when r.unit in ('assignment', 'hour') then 'work'
            when r.unit = 'review_hour' then 'review'
            else r.unit
        end as kind,
        r.period_start,
        r.period_until,
        r.currency,
        min(r.invoice_no) as invoice_no,
        count(distinct r.invoice_no) as invoices,
        sum(r.units) as units,
        sum(r.amount) as amount,
        sum(case when r.paid_on is not null then r.amount else cast(0 as double) end) as paid

    from recorded as r

    where r.nth = 1
        and r.period_start < :until
        and r.period_until > :since

    group by r.vendor_id, coalesce(r.campaign_id, ''), r.unit, r.period_start, r.period_until, r.currency

),

-- By day, without trainers and task types: each line is held against these rows.
facts as (

    select
        s.vendor_id,
        s.campaign_id,
        s.day,
        case when s.category in ('annotation', 'overlap', 'gold', 'rework') then 'work' else s.category end as kind,
        s.currency,
        cast(sum(case when s.category = 'rework' then 0 else s.units end) as double) as units,
        cast(0 as double) as hours,
        sum(s.cost) as cost,
        sum(s.cost_usd) as cost_usd,
        cast(sum(s.unpriced) as bigint) as unpriced

    from vendor_spend_by_day as s

    where s.vendor_id is not null

    group by
        s.vendor_id,
        s.campaign_id,
        s.day,
        case when s.category in ('annotation', 'overlap', 'gold', 'rework') then 'work' else s.category end,
        s.currency

    union all

    select
        h.vendor_id,
        h.campaign_id,
        h.day,
        case when h.category in ('annotation', 'overlap', 'gold', 'rework') then 'work' else h.category end as kind,
        '' as currency,
        cast(0 as double) as units,
        sum(h.payable_s) / 3600 as hours,
        cast(0 as double) as cost,
        cast(0 as double) as cost_usd,
        cast(0 as bigint) as unpriced

    from vendor_hours_by_day as h

    where h.vendor_id is not null
        and h.payable_s > 0

    group by
        h.vendor_id,
        h.campaign_id,
        h.day,
        case when h.category in ('annotation', 'overlap', 'gold', 'rework') then 'work' else h.category end

),

worked as (

    select
        b.vendor_id,
        b.campaign,
        b.unit,
        b.period_start,
        b.period_until,
        b.currency,
        sum(case when b.unit in ('hour', 'review_hour') then f.hours else f.units end) as units,
        sum(case when f.currency = b.currency then f.cost else cast(0 as double) end) as own_cost,
        sum(f.cost_usd) as cost_usd,
        sum(case when f.currency <> b.currency and f.cost <> 0 then 1 else 0 end) as foreign_rows,
        sum(f.unpriced) as unpriced

    from billed as b
    inner join facts as f on f.vendor_id = b.vendor_id and f.kind = b.kind

    where f.day >= b.period_start
        and f.day < b.period_until
        and (b.campaign = '' or b.campaign = f.campaign_id)

    group by b.vendor_id, b.campaign, b.unit, b.period_start, b.period_until, b.currency

),

rates as (

    select
        b.currency,
        b.period_until,
        x.usd,
        row_number() over (
            partition by b.currency, b.period_until
            order by x.day desc, x.recorded_at desc
        ) as nth

    from (select b.currency, b.period_until from billed as b group by b.currency, b.period_until) as b
    inner join fx_rates as x on x.currency = b.currency

    where x.day < b.period_until

),

both_sides as (

    select
        b.vendor_id,
        b.campaign,
        b.unit,
        b.period_start,
        b.period_until,
        b.currency,
        b.invoice_no,
        b.invoices,
        b.units,
        b.amount,
        b.paid,
        cast(coalesce(w.units, 0) as double) as units_accrued,
        case when b.currency = 'USD' then coalesce(r.usd, 1.0) else r.usd end as usd,
        case
            when coalesce(w.unpriced, 0) > 0 then null
            when coalesce(w.foreign_rows, 0) > 0
            then w.cost_usd / nullif(case when b.currency = 'USD' then coalesce(r.usd, 1.0) else r.usd end, 0)
            else coalesce(w.own_cost, 0)
        end as accrued,
        case when coalesce(w.unpriced, 0) = 0 then coalesce(w.cost_usd, 0) end as accrued_usd,
        cast(coalesce(w.unpriced, 0) as bigint) as unpriced

    from billed as b
    left join worked as w
        on w.vendor_id = b.vendor_id
        and w.campaign = b.campaign
        and w.unit = b.unit
        and w.period_start = b.period_start
        and w.period_until = b.period_until
        and w.currency = b.currency
    left join rates as r
        on r.currency = b.currency
        and r.period_until = b.period_until
        and r.nth = 1

),

priced as (

    select
        s.*,
        -- Where nothing was accrued there is no accrued rate: all of the difference is units.
        case
            when s.units_accrued <> 0 then s.accrued / nullif(s.units_accrued, 0)
            when s.accrued = 0 then s.amount / nullif(s.units, 0)
        end as fair_rate,
        case when s.accrued <> 0 then s.accrued_usd / nullif(s.accrued, 0) else s.usd end as usd_accrued

    from both_sides as s

),

-- to millionths: sums of many amounts end in crumbs that depend on the order in which they were added up
settled as (

    select
        p.*,
        round((p.amount * p.usd - p.accrued_usd) * 1000000) / 1000000 as difference,
        case
            when p.accrued is not null
            then round(
                (p.units - p.units_accrued) * coalesce(p.fair_rate, 0) * p.usd_accrued * 1000000
            ) / 1000000
        end as by_units,
        case
            when p.accrued is not null
            then round(p.amount * (p.usd - p.usd_accrued) * 1000000) / 1000000
        end as by_exchange,
        p.unit in ('hour', 'review_hour') as is_hourly

    from priced as p

),

taken_apart as (

    select
        s.*,
        round((s.difference - s.by_units - s.by_exchange) * 1000000) / 1000000 as by_rate

    from settled as s

)

select
    t.vendor_id,
    case when t.campaign <> '' then t.campaign end as campaign_id,
    t.unit,
    t.period_start,
    t.period_until,
    t.currency,
    t.invoice_no,
    t.invoices,
    t.units as units_invoiced,
    round(t.units_accrued * 1000000) / 1000000 as units_accrued,
    t.amount / nullif(t.units, 0) as rate_invoiced,
    round(t.accrued / nullif(t.units_accrued, 0) * 1000000) / 1000000 as rate_accrued,
    t.amount as amount_invoiced,
    round(t.accrued * 1000000) / 1000000 as amount_accrued,
    t.paid as amount_paid,
    t.amount * t.usd as invoiced_usd,
    round(t.accrued_usd * 1000000) / 1000000 as accrued_usd,
    t.difference as difference_usd,
    case when t.is_hourly then t.by_units when t.by_units is not null then 0 end as from_hours,
    case when not t.is_hourly then t.by_units when t.by_units is not null then 0 end as from_count,
    t.by_rate as from_rate,
    t.by_exchange as from_exchange,
    case
        when t.difference is null then ''
        when greatest(abs(t.by_units), abs(t.by_rate)) >= 1
            and greatest(abs(t.by_units), abs(t.by_rate)) >= 0.005 * abs(t.accrued_usd)
        then case
            when abs(t.by_rate) >= abs(t.by_units) then 'rate'
            when t.is_hourly then 'hours'
            else 'count'
        end
        when abs(t.by_exchange) >= 1 and abs(t.by_exchange) >= 0.005 * abs(t.accrued_usd) then 'exchange'
        else ''
    end as cause,
    t.unpriced

from taken_apart as t

order by t.vendor_id, t.campaign, t.unit, t.period_start, t.period_until, t.currency
