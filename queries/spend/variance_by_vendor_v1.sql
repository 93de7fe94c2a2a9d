-- Which vendor makes a campaign dearer or cheaper than planned, and why.
--
-- Actual cost before as_of less the planned value by then, shared among the vendors by their
-- accepted annotations and taken apart: volume (the campaign delivered more or fewer items
-- than planned), price (an annotation costs more than planned, or more than other vendors' of
-- the same task type; review and gold are in it), mix (the vendor does task types that are dearer than the
-- campaign's average), rework, and overhead (onboarding, bonus, fee and other posted costs). The
-- parts add up to the variance, and the vendors to the campaign. Annotations of production items, as they
-- stand; where the charter accepts by submission those that nobody rejected. Campaigns without
-- a budget in dollars are left out. While nothing is accepted only the costs are known.
--
-- grain: campaign_id, vendor_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id           text
--   vendor_id             text?    empty for what is paid to no vendor
--   accepted_annotations  bigint
--   cost_usd              double   actual cost
--   planned_cost          double?  the vendor's share of the planned value
--   variance              double?  cost_usd - planned_cost; the sum of the five parts
--   volume                double?
--   price                 double?
--   mix                   double?
--   rework                double
--   overhead              double
--   unpriced              bigint   units without a known price or exchange rate
with

charter_versions as (

    select
        c.campaign_id,
        c.target_items,
        c.acceptance,
        c.starts_on,
        c.deadline,
        c.budget,
        c.currency,
        row_number() over (partition by c.campaign_id order by c.version desc) as place

    from charters as c

),

rates as (

    select
        v.campaign_id,
        x.usd,
        row_number() over (
            partition by v.campaign_id
            order by x.day desc, x.recorded_at desc
        ) as place

    from charter_versions as v
    inner join fx_rates as x on x.currency = v.currency

    where v.place = 1
        and x.day <= v.starts_on

),

delivered as (

    select
        f.campaign_id,
        sum(f.entered - f.left_it) as accepted_items

    from item_flow_by_day as f

    where f.state = 'accepted'
        and f.day < :as_of

    group by f.campaign_id

),

plans as (

    select
        v.campaign_id,
        v.acceptance,
        v.budget
        * case when v.currency = 'USD' then 1 else r.usd end
        * case
            when cast(:as_of as date) >= v.deadline then cast(1 as double)
            when cast(:as_of as date) <= v.starts_on then cast(0 as double)
            else
                cast(date_diff('day', v.starts_on, cast(:as_of as date)) as double)
                / nullif(date_diff('day', v.starts_on, v.deadline), 0)
        end as planned,
        v.budget
        * case when v.currency = 'USD' then 1 else r.usd end
        * coalesce(d.accepted_items, 0)
        / nullif(v.target_items, 0) as earned

    from charter_versions as v
    left join rates as r on r.campaign_id = v.campaign_id and r.place = 1
    left join delivered as d on d.campaign_id = v.campaign_id

    where v.place = 1
        and v.budget is not null
        and (v.currency = 'USD' or r.usd is not null)

),

-- One row per campaign, vendor and task type: what was accepted and what it cost.
facts as (

    select
        s.campaign_id,
        s.vendor_id,
        s.task_type,
        case when p.acceptance = 'submission' then s.submitted - s.last_rejected else s.last_accepted end
            as annotations,
        cast(0 as double) as direct,
        cast(0 as double) as rework,
        cast(0 as double) as overhead,
        0 as unpriced

    from vendor_submissions_by_day as s
    inner join plans as p on p.campaign_id = s.campaign_id

    where s.day < :as_of

    union all

    select
        s.campaign_id,
        s.vendor_id,
        s.task_type,
        0 as annotations,
        case
            when s.category in ('annotation', 'overlap', 'review', 'gold') then s.cost_usd else 0
        end as direct,
        case when s.category = 'rework' then s.cost_usd else 0 end as rework,
        case
            when s.category in ('annotation', 'overlap', 'review', 'gold', 'rework') then 0
            else s.cost_usd
        end as overhead,
        s.unpriced

    from vendor_spend_by_day as s

    where s.day < :as_of

),

cells as (

    select
        f.campaign_id,
        f.vendor_id,
        f.task_type,
        cast(sum(f.annotations) as double) as annotations,
        sum(f.direct) as direct,
        sum(f.rework) as rework,
        sum(f.overhead) as overhead,
        sum(f.unpriced) as unpriced

    from facts as f

    group by f.campaign_id, f.vendor_id, f.task_type

),

by_type as (

    select
        c.campaign_id,
        c.task_type,
        sum(c.annotations) as annotations,
        case when sum(c.annotations) > 0 then sum(c.direct) / nullif(sum(c.annotations), 0) else 0 end
            as type_cost

    from cells as c

    group by c.campaign_id, c.task_type

),

by_campaign as (

    select
        t.campaign_id,
        sum(t.annotations) as annotations,
        sum(t.annotations * t.type_cost) / nullif(sum(t.annotations), 0) as mean_cost

    from by_type as t

    group by t.campaign_id

),

by_vendor as (

    select
        c.campaign_id,
        c.vendor_id,
        sum(c.annotations) as annotations,
        sum(c.direct) as direct,
        sum(c.annotations * t.type_cost) as at_type_cost,
        sum(c.rework) as rework,
        sum(c.overhead) as overhead,
        sum(c.unpriced) as unpriced

    from cells as c
    inner join by_type as t on t.campaign_id = c.campaign_id and t.task_type = c.task_type

    group by c.campaign_id, c.vendor_id

),

shares as (

    select
        v.campaign_id,
        v.vendor_id,
        v.annotations,
        v.direct,
        v.at_type_cost,
        v.rework,
        v.overhead,
        v.unpriced,
        b.mean_cost,
        p.planned * v.annotations / nullif(b.annotations, 0) as planned,
        p.earned * v.annotations / nullif(b.annotations, 0) as earned

    from by_vendor as v
    inner join by_campaign as b on b.campaign_id = v.campaign_id
    inner join plans as p on p.campaign_id = v.campaign_id

)

select
    s.campaign_id,
    s.vendor_id,
    cast(s.annotations as bigint) as accepted_annotations,
    s.direct + s.rework + s.overhead as cost_usd,
    s.planned as planned_cost,
    s.direct + s.rework + s.overhead - s.planned as variance,
    s.earned - s.planned as volume,
    s.direct - s.at_type_cost + s.annotations * s.mean_cost - s.earned as price,
    s.at_type_cost - s.annotations * s.mean_cost as mix,
    s.rework,
    s.overhead,
    cast(s.unpriced as bigint) as unpriced

from shares as s

order by s.campaign_id, s.vendor_id
