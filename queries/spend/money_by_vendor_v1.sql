-- What was committed to each vendor, what its work came to, what it billed and what was paid.
--
-- Committed are the purchase orders of the charter in force that begin before as_of, in dollars at the rate of their first
-- day; unknown where a vendor has none. Accrued is all cost of the vendor's work before as_of, in-house reviews of it
-- included. Invoiced are the invoices issued before as_of (where the day is not known, whose period is over), credit
-- notes taken off, at the rate of their period's last day; paid are those of them paid before as_of, at the same rate. An
-- invoice for all of a vendor's campaigns has a row without a campaign. What has no exchange rate is unknown.
--
-- grain: campaign_id, vendor_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id    text?    empty for invoices over all campaigns
--   vendor_id      text?    empty for what is paid to no vendor
--   committed_usd  double?
--   accrued_usd    double?
--   invoiced_usd   double?
--   paid_usd       double?
--   orders         bigint   purchase orders
--   invoices       bigint
--   unpriced       bigint   units of accrued work without a known price or exchange rate
with

versions as (

    select
        c.campaign_id,
        max(c.version) as version

    from charters as c

    group by c.campaign_id

),

recorded as (

    select
        i.vendor_id,
        coalesce(i.campaign_id, '') as campaign,
        i.invoice_no,
        i.period_until,
        i.amount,
        i.currency,
        i.issued_on,
        i.paid_on,
        row_number() over (
            partition by i.vendor_id, i.invoice_no, coalesce(i.campaign_id, ''), i.unit, i.period_start, i.period_until
            order by i.recorded_at desc
        ) as nth

    from invoices as i

),

claims as (

    select
        t.campaign_id as campaign,
        coalesce(t.vendor_id, '') as vendor,
        'order' as kind,
        coalesce(t.name, '') as number,
        t.amount,
        t.currency,
        t.starts_on as day,
        false as is_paid

    from charter_terms as t
    inner join versions as v on v.campaign_id = t.campaign_id and v.version = t.version

    where t.kind = 'order'
        and t.starts_on < :as_of

    union all

    select
        r.campaign,
        r.vendor_id as vendor,
        'invoice' as kind,
        r.invoice_no as number,
        r.amount,
        r.currency,
        cast(r.period_until - interval '1' day as date) as day,
        r.paid_on is not null and r.paid_on < :as_of as is_paid

    from recorded as r

    where r.nth = 1
        and coalesce(r.issued_on, cast(r.period_until - interval '1' day as date)) < :as_of

),

rates as (

    select
        c.currency,
        c.day,
        x.usd,
        row_number() over (partition by c.currency, c.day order by x.day desc, x.recorded_at desc) as nth

    from (select k.currency, k.day from claims as k group by k.currency, k.day) as c
    inner join fx_rates as x on x.currency = c.currency

    where x.day <= c.day

),

facts as (

    select
        c.campaign,
        c.vendor,
        c.kind,
        c.number,
        c.is_paid,
        c.amount * case when c.currency = 'USD' then coalesce(r.usd, 1.0) else r.usd end as usd,
        0 as unpriced

    from claims as c
    left join rates as r on r.currency = c.currency and r.day = c.day and r.nth = 1

    union all

    select
        s.campaign_id as campaign,
        coalesce(s.vendor_id, '') as vendor,
        'cost' as kind,
        '' as number,
        false as is_paid,
        cast(sum(s.cost_usd) as double) as usd,
        cast(sum(s.unpriced) as bigint) as unpriced

    from vendor_spend_by_day as s

    where s.day < :as_of

    group by s.campaign_id, coalesce(s.vendor_id, '')

),

sums as (

    select
        f.campaign,
        f.vendor,
        sum(case when f.kind = 'order' then f.usd end) as committed_usd,
        sum(case when f.kind = 'order' and f.usd is null then 1 else 0 end) as unknown_orders,
        sum(case when f.kind = 'cost' then f.usd end) as accrued_usd,
        sum(case when f.kind = 'invoice' then f.usd end) as invoiced_usd,
        sum(case when f.kind = 'invoice' and f.usd is null then 1 else 0 end) as unknown_lines,
        sum(case when f.kind = 'invoice' then case when f.is_paid then f.usd else cast(0 as double) end end) as paid_usd,
        sum(case when f.kind = 'order' then 1 else 0 end) as orders,
        count(distinct case when f.kind = 'invoice' then f.number end) as invoices,
        sum(f.unpriced) as unpriced

    from facts as f

    group by f.campaign, f.vendor

)

select
    case when s.campaign <> '' then s.campaign end as campaign_id,
    case when s.vendor <> '' then s.vendor end as vendor_id,
    case when s.unknown_orders = 0 then s.committed_usd end as committed_usd,
    case when s.accrued_usd <> 0 or s.unpriced = 0 then s.accrued_usd end as accrued_usd,
    case when s.unknown_lines = 0 then s.invoiced_usd end as invoiced_usd,
    case when s.unknown_lines = 0 then s.paid_usd end as paid_usd,
    cast(s.orders as bigint) as orders,
    cast(s.invoices as bigint) as invoices,
    cast(s.unpriced as bigint) as unpriced

from sums as s

order by s.campaign, s.vendor
