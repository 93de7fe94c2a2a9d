-- What the work of each week cost, and how many items it brought.
--
-- Cost of the work itself: annotation, overlap, review, rework and gold; onboarding, bonus, fee and other
-- posted costs are left out, since they come when somebody posts them. Items are production items: those accepted
-- in the week, and the change of those that wait for their review, so that work counts when it is done and not when
-- reviewers come to it. Both lose items again that are rejected. Acceptances without a real time are not dated and
-- do not count. Weeks without cost or change of the items have no row.
--
-- grain: campaign_id, task_type, week
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   task_type       text
--   week            date     Monday of the week, UTC
--   cost_usd        double
--   units           bigint   submissions and reviews
--   unpriced        bigint   of these, without a known price or exchange rate
--   accepted_items  bigint   accepted, less acceptances lost
--   waiting_items   bigint   come to wait for review, less those reviewed
with

facts as (

    select
        s.campaign_id,
        s.task_type,
        cast(date_trunc('week', s.day) as date) as week,
        s.cost_usd,
        s.units,
        s.unpriced,
        0 as accepted_items,
        0 as waiting_items

    from vendor_spend_by_day as s

    where s.category in ('annotation', 'overlap', 'review', 'rework', 'gold')
        and s.day >= :since
        and s.day < :until

    union all

    select
        f.campaign_id,
        f.task_type,
        cast(date_trunc('week', f.day) as date) as week,
        0 as cost_usd,
        0 as units,
        0 as unpriced,
        case when f.state = 'accepted' then f.entered - f.left_it else 0 end as accepted_items,
        case when f.state = 'awaiting_review' then f.entered - f.left_it else 0 end as waiting_items

    from item_flow_by_day as f

    where f.state in ('accepted', 'awaiting_review')
        and f.time_basis = 'recorded'
        and f.day >= :since
        and f.day < :until

)

select
    f.campaign_id,
    f.task_type,
    f.week,
    cast(sum(f.cost_usd) as double) as cost_usd,
    cast(sum(f.units) as bigint) as units,
    cast(sum(f.unpriced) as bigint) as unpriced,
    cast(sum(f.accepted_items) as bigint) as accepted_items,
    cast(sum(f.waiting_items) as bigint) as waiting_items

from facts as f

group by f.campaign_id, f.task_type, f.week

order by f.campaign_id, f.task_type, f.week
