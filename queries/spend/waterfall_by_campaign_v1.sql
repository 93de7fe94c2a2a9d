-- Where a dollar of each campaign goes.
--
-- All accrued cost by category, as a share of the campaign's and per production item accepted
-- in the range. Categories without cost have no row. A share is unknown where nothing has a
-- price; while units are unpriced, theirs is too small.
--
-- grain: campaign_id, category
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   category        text     annotation, overlap, review, rework, gold, onboarding, bonus, fee
--   place           bigint   1 comes first: the work, what makes it good, what surrounds it
--   cost_usd        double?
--   cost_share      double?  of the campaign's cost in the range
--   cost_per_item   double?  cost_usd / accepted_items; over all categories, the fully loaded cost
--   accepted_items  bigint   items accepted in the range, net
--   units           bigint   things paid for
--   unpriced        bigint   of these, without a known price or exchange rate
with

costs as (

    select
        s.campaign_id,
        s.category,
        case
            when sum(s.cost_usd) = 0 and sum(s.unpriced) > 0 then null
            else cast(sum(s.cost_usd) as double)
        end as cost_usd,
        sum(s.units) as units,
        sum(s.unpriced) as unpriced,
        case s.category
            when 'annotation' then 1
            when 'overlap' then 2
            when 'review' then 3
            when 'rework' then 4
            when 'gold' then 5
            when 'onboarding' then 6
            when 'bonus' then 7
            when 'fee' then 8
            else 9
        end as kind

    from vendor_spend_by_day as s

    where s.day >= :since
        and s.day < :until

    group by s.campaign_id, s.category

),

delivered as (

    select
        f.campaign_id,
        sum(f.entered - f.left_it) as accepted_items

    from item_flow_by_day as f

    where f.state = 'accepted'
        and f.day >= :since
        and f.day < :until

    group by f.campaign_id

)

select
    c.campaign_id,
    c.category,
    row_number() over (partition by c.campaign_id order by c.kind, c.category) as place,
    c.cost_usd,
    c.cost_usd / nullif(sum(c.cost_usd) over (partition by c.campaign_id), 0) as cost_share,
    case
        when d.accepted_items > 0 then c.cost_usd / nullif(d.accepted_items, 0)
    end as cost_per_item,
    cast(coalesce(d.accepted_items, 0) as bigint) as accepted_items,
    cast(c.units as bigint) as units,
    cast(c.unpriced as bigint) as unpriced

from costs as c
left join delivered as d on d.campaign_id = c.campaign_id

order by c.campaign_id, place
