-- What an accepted item costs, and whether the money lasts at that rate.
--
-- All accrued cost before as_of (annotation, overlap, review, rework, gold, onboarding,
-- bonus, fee) over the production items accepted by then; the marginal cost takes the last
-- 28 days of both. Planned cost is the budget spread evenly from the charter's first day to
-- its deadline, earned value the accepted items at budget / target each: rework earns
-- nothing. The budget is in dollars at the rate of the charter's first day. Without a
-- charter or a budget what needs one is unknown. While units are unpriced the cost is too
-- low and cpi too good. Of the estimates at completion the first takes the cost per item so
-- far for what is left, at_plan the planned one, at_pace makes up for lost time at a price.
-- Nothing is left of a campaign past its target.
--
-- grain: campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id             text
--   budget                  double?  in currency
--   currency                text?    of the budget
--   budget_usd              double?
--   cost_usd                double?  actual cost to date
--   unpriced                bigint   units without a known price or exchange rate
--   accepted_items          bigint
--   cost_per_item           double?  cost_usd / accepted_items
--   cost_last_28            double?  unknown, as are the next two, where times are assumed
--   accepted_last_28        bigint?
--   marginal_cost           double?  cost_last_28 / accepted_last_28
--   planned_cost            double?  planned value to date
--   earned_value            double?  accepted_items * budget_usd / target
--   cpi                     double?  earned_value / cost_usd; under 1 is over budget
--   spi                     double?  earned_value / planned_cost; under 1 is late
--   cost_variance           double?  earned_value - cost_usd
--   schedule_variance       double?  earned_value - planned_cost
--   estimate_at_completion  double?  budget_usd / cpi
--   estimate_at_plan        double?  cost_usd + (budget_usd - earned_value)
--   estimate_at_pace        double?  cost_usd + (budget_usd - earned_value) / (cpi * spi)
--   estimate_to_complete    double?  estimate_at_completion - cost_usd, at least 0
--   variance_at_completion  double?  budget_usd - estimate_at_completion; under 0 is over budget
--   to_complete_index       double?  (budget_usd - earned_value) / (budget_usd - cost_usd): the cpi that keeps the budget; unknown once it is spent
-- supersedes: spend/cost_per_item_by_campaign_v1
with

charter_versions as (

    select
        c.campaign_id,
        c.target_items,
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

promises as (

    select
        v.campaign_id,
        v.target_items,
        v.budget,
        v.currency,
        v.budget * case when v.currency = 'USD' then 1 else r.usd end as budget_usd,
        case
            when cast(:as_of as date) >= v.deadline then cast(1 as double)
            when cast(:as_of as date) <= v.starts_on then cast(0 as double)
            else
                cast(date_diff('day', v.starts_on, cast(:as_of as date)) as double)
                / nullif(date_diff('day', v.starts_on, v.deadline), 0)
        end as planned_share

    from charter_versions as v
    left join rates as r on r.campaign_id = v.campaign_id and r.place = 1

    where v.place = 1

),

delivered as (

    select
        f.campaign_id,
        sum(case when f.state = 'accepted' then f.entered - f.left_it else 0 end) as accepted_items,
        sum(case
            when f.state = 'accepted'
                and f.time_basis = 'recorded'
                and f.day >= cast(:as_of as date) - interval '28' day
            then f.entered - f.left_it else 0
        end) as accepted_last_28,
        max(case when f.time_basis = 'recorded' then 1 else 0 end) as timed

    from item_flow_by_day as f

    where f.day < :as_of

    group by f.campaign_id

),

costs as (

    select
        s.campaign_id,
        case
            when sum(s.cost_usd) = 0 and sum(s.unpriced) > 0 then null
            else cast(sum(s.cost_usd) as double)
        end as cost_usd,
        sum(s.unpriced) as unpriced,
        cast(sum(case
            when s.day >= cast(:as_of as date) - interval '28' day then s.cost_usd else 0
        end) as double) as cost_last_28,
        sum(case
            when s.day >= cast(:as_of as date) - interval '28' day then s.unpriced else 0
        end) as unpriced_last_28

    from vendor_spend_by_day as s

    where s.day < :as_of

    group by s.campaign_id

),

known as (

    select campaign_id from promises
    union
    select campaign_id from delivered
    union
    select campaign_id from costs

),

sums as (

    select
        k.campaign_id,
        p.budget,
        p.currency,
        p.budget_usd,
        case when c.campaign_id is null then cast(0 as double) else c.cost_usd end as cost_usd,
        cast(coalesce(c.unpriced, 0) as bigint) as unpriced,
        cast(coalesce(d.accepted_items, 0) as bigint) as accepted_items,
        case
            when d.timed = 0 then null
            when c.cost_last_28 = 0 and c.unpriced_last_28 > 0 then null
            else coalesce(c.cost_last_28, 0)
        end as cost_last_28,
        case
            when d.timed = 0 then null else cast(coalesce(d.accepted_last_28, 0) as bigint)
        end as accepted_last_28,
        p.budget_usd * p.planned_share as planned_cost,
        p.budget_usd * coalesce(d.accepted_items, 0) / nullif(p.target_items, 0) as earned_value

    from known as k
    left join promises as p on p.campaign_id = k.campaign_id
    left join delivered as d on d.campaign_id = k.campaign_id
    left join costs as c on c.campaign_id = k.campaign_id

),

shares as (

    select
        s.*,
        s.budget_usd * s.cost_usd / nullif(s.earned_value, 0) as estimate_at_completion,
        case when s.earned_value > s.budget_usd then 0 else s.budget_usd - s.earned_value end as value_left

    from sums as s

)

select
    s.campaign_id,
    s.budget,
    s.currency,
    s.budget_usd,
    s.cost_usd,
    s.unpriced,
    s.accepted_items,
    s.cost_usd / nullif(s.accepted_items, 0) as cost_per_item,
    s.cost_last_28,
    s.accepted_last_28,
    case
        when s.accepted_last_28 > 0 then s.cost_last_28 / nullif(s.accepted_last_28, 0)
    end as marginal_cost,
    s.planned_cost,
    s.earned_value,
    s.earned_value / nullif(s.cost_usd, 0) as cpi,
    s.earned_value / nullif(s.planned_cost, 0) as spi,
    s.earned_value - s.cost_usd as cost_variance,
    s.earned_value - s.planned_cost as schedule_variance,
    s.estimate_at_completion,
    s.cost_usd + s.value_left as estimate_at_plan,
    s.cost_usd + s.value_left * s.cost_usd * s.planned_cost / nullif(s.earned_value * s.earned_value, 0) as estimate_at_pace,
    case
        when s.estimate_at_completion < s.cost_usd then 0 else s.estimate_at_completion - s.cost_usd
    end as estimate_to_complete,
    s.budget_usd - s.estimate_at_completion as variance_at_completion,
    case
        when s.budget_usd > s.cost_usd then s.value_left / nullif(s.budget_usd - s.cost_usd, 0)
    end as to_complete_index

from shares as s

order by s.campaign_id
