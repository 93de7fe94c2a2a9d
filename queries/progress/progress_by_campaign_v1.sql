-- How much of what was promised is delivered, and where the rest stands.
--
-- Production items before as_of, each once whatever its overlap; gold does not count. An
-- item is accepted when it has the charter's required number of accepted annotations and
-- no longer when one of them is lost again. The plan is a straight line from the
-- charter's first day to its deadline. Without a charter there is no target and no plan.
--
-- grain: campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id        text
--   target_items       bigint?  accepted items promised
--   accepted_items     bigint   items accepted
--   available          bigint   items nobody has begun
--   in_work            bigint   items begun, annotations still missing
--   awaiting_review    bigint   items that wait for a reviewer
--   in_rework          bigint   items sent back
--   removed            bigint   items taken out
--   accepted_last_7    bigint?  net of the last 7 days; unknown where no acceptance has its real time
--   accepted_before_7  bigint?  net of the 7 days before these
--   planned_items      double?  what the plan wanted by as_of
--   progress           ratio(accepted_items / target_items)  of the target
with

charter_versions as (

    select
        c.campaign_id,
        c.target_items,
        c.starts_on,
        c.deadline,
        row_number() over (partition by c.campaign_id order by c.version desc) as place

    from charters as c

),

promises as (

    select
        v.campaign_id,
        v.target_items,
        case
            when cast(:as_of as date) >= v.deadline then cast(v.target_items as double)
            when cast(:as_of as date) <= v.starts_on then cast(0 as double)
            else
                cast(v.target_items as double)
                * date_diff('day', v.starts_on, cast(:as_of as date))
                / nullif(date_diff('day', v.starts_on, v.deadline), 0)
        end as planned_items

    from charter_versions as v

    where v.place = 1

),

flow as (

    select
        f.campaign_id,
        f.state,
        f.day,
        f.time_basis,
        f.entered - f.left_it as items

    from item_flow_by_day as f

    where f.day < :as_of

),

stock as (

    select
        f.campaign_id,
        cast(sum(case when f.state = 'accepted' then f.items else 0 end) as bigint) as accepted_items,
        cast(sum(case when f.state = 'available' then f.items else 0 end) as bigint) as available,
        cast(sum(case when f.state = 'in_work' then f.items else 0 end) as bigint) as in_work,
        cast(sum(case when f.state = 'awaiting_review' then f.items else 0 end) as bigint)
            as awaiting_review,
        cast(sum(case when f.state = 'in_rework' then f.items else 0 end) as bigint) as in_rework,
        cast(sum(case when f.state = 'removed' then f.items else 0 end) as bigint) as removed,
        max(case when f.time_basis = 'recorded' then 1 else 0 end) as timed,
        cast(sum(case
            when f.state = 'accepted'
                and f.time_basis = 'recorded'
                and f.day >= cast(:as_of as date) - interval '7' day
            then f.items else 0
        end) as bigint) as accepted_last_7,
        cast(sum(case
            when f.state = 'accepted'
                and f.time_basis = 'recorded'
                and f.day >= cast(:as_of as date) - interval '14' day
                and f.day < cast(:as_of as date) - interval '7' day
            then f.items else 0
        end) as bigint) as accepted_before_7

    from flow as f

    group by f.campaign_id

),

known as (

    select campaign_id from promises
    union
    select campaign_id from stock

)

select
    k.campaign_id,
    p.target_items,
    coalesce(s.accepted_items, 0) as accepted_items,
    coalesce(s.available, 0) as available,
    coalesce(s.in_work, 0) as in_work,
    coalesce(s.awaiting_review, 0) as awaiting_review,
    coalesce(s.in_rework, 0) as in_rework,
    coalesce(s.removed, 0) as removed,
    case when s.timed = 0 then null else coalesce(s.accepted_last_7, 0) end as accepted_last_7,
    case when s.timed = 0 then null else coalesce(s.accepted_before_7, 0) end as accepted_before_7,
    p.planned_items

from known as k
left join promises as p on p.campaign_id = k.campaign_id
left join stock as s on s.campaign_id = k.campaign_id

order by k.campaign_id
