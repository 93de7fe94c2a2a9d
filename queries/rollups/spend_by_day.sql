-- What the work of a day cost, in its currency and in US dollars.
--
-- The event's own cost; else the rate card in force on the day that fits with the most fields filled in (then the one valid since the
-- latest day): a rate per assignment pays each assignment once, at its first submission, and a review only if the
-- card names the role reviewer; a rate per hour pays the seconds worked. Resubmissions cost what they say or the hours they take. A
-- rate recorded later for the same vendor, campaign, role, task type, locale, unit and first day replaces the earlier.
-- Dollars at the day's rate, or the last known before. What has no price, no currency or no rate counts as unpriced
-- with cost 0: a review only if the reviewer is known, hourly work if its time or its person is unknown.
--
-- grain: campaign_id, vendor_id, trainer_id, task_type, category, currency, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id  text
--   vendor_id    text?
--   trainer_id   text?   who worked
--   task_type    text
--   category     text    annotation, overlap, review, rework, gold, onboarding, bonus, fee, or as posted
--   currency     text    '' where unknown
--   day          date
--   units        bigint  submissions, reviews and posted costs
--   unpriced     bigint  of these without a price
--   cost         double  in the currency
--   cost_usd     double
with

agreed as (

    select
        c.campaign_id,
        c.currency,
        row_number() over (partition by c.campaign_id order by c.version desc, c.recorded_at desc) as nth

    from charters as c

),

worked as (

    select
        w.campaign_id,
        w.vendor_id,
        w.trainer_id,
        w.role,
        w.task_type,
        w.locale,
        w.category,
        w.day,
        1 as units,
        w.attempt_no = 1 and w.kind <> 'other' as is_paid_by_piece,
        -- Nobody has hours: what an unknown person worked is not known, whatever the duration.
        w.from_s is not null and w.trainer_id is not null as is_timed,
        w.cost,
        case when w.cost is not null then coalesce(w.currency, a.currency) end as own_currency,
        0.0 as payable_s

    from work_pieces as w

    left join agreed as a on a.campaign_id = w.campaign_id and a.nth = 1

    where w.pieces = 1
        and (w.cost is not null or w.kind in ('submission', 'review'))

    union all

    select
        h.campaign_id,
        h.vendor_id,
        h.trainer_id,
        h.role,
        h.task_type,
        h.locale,
        h.category,
        h.day,
        0 as units,
        false as is_paid_by_piece,
        true as is_timed,
        cast(null as double) as cost,
        cast(null as text) as own_currency,
        h.payable_s

    from hours_by_day as h

    where h.payable_s > 0

),

timed as (

    select
        h.campaign_id,
        h.trainer_id,
        h.day

    from hours_by_day as h

    group by h.campaign_id, h.trainer_id, h.day

),

-- What has to be priced, once per kind of work and day: far fewer than the pieces of work.
asked as (

    select
        w.campaign_id,
        coalesce(w.vendor_id, '') as vendor,
        w.role,
        w.task_type,
        coalesce(w.locale, '') as locale,
        w.day

    from worked as w

    where w.cost is null

    group by w.campaign_id, coalesce(w.vendor_id, ''), w.role, w.task_type, coalesce(w.locale, ''), w.day

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
        r.*,
        case when r.vendor = '' then 0 else 1 end
        + case when r.campaign = '' then 0 else 1 end
        + case when r.role = '' then 0 else 1 end
        + case when r.task_type = '' then 0 else 1 end
        + case when r.locale = '' then 0 else 1 end as fields,
        row_number() over (
            partition by r.vendor, r.campaign, r.role, r.task_type, r.locale, r.unit, r.valid_from
            order by r.recorded_at desc, r.amount desc
        ) as nth

    from recorded as r

),

fitting as (

    select
        q.campaign_id,
        q.vendor,
        q.role,
        q.task_type,
        q.locale,
        q.day,
        c.unit,
        c.amount,
        c.currency,
        row_number() over (
            partition by q.campaign_id, q.vendor, q.role, q.task_type, q.locale, q.day
            order by c.fields desc, c.valid_from desc, c.recorded_at desc, c.unit, c.amount desc
        ) as nth

    from asked as q

    cross join cards as c

    where c.nth = 1
        and c.valid_from <= q.day
        and (c.valid_until is null or c.valid_until > q.day)
        and (c.campaign = '' or c.campaign = q.campaign_id)
        and (c.vendor = '' or c.vendor = q.vendor)
        and (c.role = '' or c.role = q.role)
        and (c.task_type = '' or c.task_type = q.task_type)
        and (c.locale = '' or c.locale = q.locale)
        and (c.role = 'reviewer' or q.role <> 'reviewer' or c.unit <> 'assignment')

),

priced as (

    select
        w.campaign_id,
        w.vendor_id,
        w.trainer_id,
        w.task_type,
        w.category,
        w.day,
        w.units,
        coalesce(case when w.cost is null then f.currency else w.own_currency end, '') as money,
        case
            when w.cost is not null then w.cost
            when f.unit = 'hour' then w.payable_s / 3600 * f.amount
            when w.is_paid_by_piece then coalesce(f.amount, 0.0)
            else 0.0
        end as price,
        case
            when w.cost is not null then w.own_currency is null
            when f.unit = 'hour' then not w.is_timed and t.trainer_id is null
            else f.unit is null and w.is_paid_by_piece
        end as is_unpriced,
        w.cost is null and coalesce(f.unit, '') = 'hour' as is_hourly

    from worked as w

    left join fitting as f
        on f.campaign_id = w.campaign_id
        and f.vendor = coalesce(w.vendor_id, '')
        and f.role = w.role
        and f.task_type = w.task_type
        and f.locale = coalesce(w.locale, '')
        and f.day = w.day
        and f.nth = 1

    left join timed as t
        on t.campaign_id = w.campaign_id
        and t.trainer_id = w.trainer_id
        and t.day = w.day

),

exchanged as (

    select
        p.money,
        p.day,
        x.usd,
        row_number() over (partition by p.money, p.day order by x.day desc, x.recorded_at desc) as nth

    from (select p.money, p.day from priced as p group by p.money, p.day) as p

    join fx_rates as x on x.currency = p.money

    where x.day <= p.day

),

converted as (

    select
        p.*,
        case when p.money = 'USD' then coalesce(x.usd, 1.0) else x.usd end as usd

    from priced as p

    left join exchanged as x on x.money = p.money and x.day = p.day and x.nth = 1

)

select
    c.campaign_id,
    c.vendor_id,
    c.trainer_id,
    c.task_type,
    c.category,
    c.money as currency,
    c.day,
    cast(sum(c.units) as bigint) as units,
    cast(sum(case
        when c.is_unpriced or (c.usd is null and (c.price <> 0 or c.is_hourly)) then c.units
        else 0
    end) as bigint) as unpriced,
    sum(case when c.money = '' then 0.0 else c.price end) as cost,
    sum(c.price * coalesce(c.usd, 0.0)) as cost_usd

from converted as c

where c.units > 0
    or c.price <> 0

group by c.campaign_id, c.vendor_id, c.trainer_id, c.task_type, c.category, c.money, c.day
