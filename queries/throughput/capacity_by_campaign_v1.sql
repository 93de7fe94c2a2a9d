-- What the people of a campaign have delivered of late, and what its deadline asks of them.
--
-- The last 28 days before as_of: people, days on which each of them submitted, hours, and
-- production items accepted. Against it what is left of the charter's target and of its time.
-- needed_trainer_days takes the last 28 days' accepted items per trainer day as it was: the
-- range around it is the forecast's. Where times are assumed or there is no charter, what
-- needs them is unknown; hours are unknown where durations are.
--
-- grain: campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id             text
--   active_trainers         bigint?  people who submitted at least one
--   trainer_days            bigint?  days on which each of them submitted, added up
--   submitted               bigint?  assignments submitted
--   accepted_items          bigint?  items accepted, net
--   hours                   double?  worked by everybody, whatever the basis of their durations
--   items_per_trainer_day   double?  accepted_items / trainer_days
--   items_per_hour          double?  accepted_items / hours
--   hours_per_trainer_day   double?  hours / trainer_days
--   days_left               bigint?  days from as_of to the deadline, 0 once it is over
--   remaining_items         bigint?  target less accepted, 0 once it is reached
--   needed_items_per_day    double?  remaining_items / days_left
--   needed_trainer_days     double?  remaining_items / items_per_trainer_day
with

charter_versions as (

    select
        c.campaign_id,
        c.target_items,
        c.deadline,
        row_number() over (partition by c.campaign_id order by c.version desc) as place

    from charters as c

),

recent_days as (

    select
        s.campaign_id,
        s.trainer_id,
        s.day,
        sum(s.submitted) as submitted

    from submissions_by_day as s

    where s.time_basis = 'recorded'
        and s.submitted > 0
        and s.day >= cast(:as_of as date) - interval '28' day
        and s.day < :as_of

    group by s.campaign_id, s.trainer_id, s.day

),

staff as (

    select
        d.campaign_id,
        count(distinct d.trainer_id) as active_trainers,
        count(d.trainer_id) as trainer_days,
        sum(d.submitted) as submitted

    from recent_days as d

    group by d.campaign_id

),

delivered as (

    select
        f.campaign_id,
        sum(case when f.state = 'accepted' then f.entered - f.left_it else 0 end) as accepted_to_date,
        sum(case
            when f.state = 'accepted'
                and f.time_basis = 'recorded'
                and f.day >= cast(:as_of as date) - interval '28' day
            then f.entered - f.left_it else 0
        end) as accepted_items,
        max(case when f.time_basis = 'recorded' then 1 else 0 end) as timed

    from item_flow_by_day as f

    where f.day < :as_of

    group by f.campaign_id

),

work as (

    select
        h.campaign_id,
        cast(sum(h.worked_s) as double) / 3600 as hours

    from vendor_hours_by_day as h

    where h.day >= cast(:as_of as date) - interval '28' day
        and h.day < :as_of

    group by h.campaign_id

),

known as (

    select campaign_id from charter_versions
    union
    select campaign_id from delivered
    union
    select campaign_id from staff

),

sums as (

    select
        k.campaign_id,
        coalesce(d.timed, 1) = 1 as is_timed,
        cast(coalesce(p.active_trainers, 0) as bigint) as active_trainers,
        cast(coalesce(p.trainer_days, 0) as bigint) as trainer_days,
        cast(coalesce(p.submitted, 0) as bigint) as submitted,
        cast(coalesce(d.accepted_items, 0) as bigint) as accepted_items,
        w.hours,
        cast(greatest(0, date_diff('day', cast(:as_of as date), v.deadline)) as bigint) as days_left,
        cast(greatest(0, v.target_items - coalesce(d.accepted_to_date, 0)) as bigint)
            as remaining_items,
        v.deadline

    from known as k
    left join charter_versions as v on v.campaign_id = k.campaign_id and v.place = 1
    left join staff as p on p.campaign_id = k.campaign_id
    left join delivered as d on d.campaign_id = k.campaign_id
    left join work as w on w.campaign_id = k.campaign_id

)

select
    s.campaign_id,
    case when s.is_timed then s.active_trainers end as active_trainers,
    case when s.is_timed then s.trainer_days end as trainer_days,
    case when s.is_timed then s.submitted end as submitted,
    case when s.is_timed then s.accepted_items end as accepted_items,
    s.hours,
    case
        when s.is_timed then cast(s.accepted_items as double) / nullif(s.trainer_days, 0)
    end as items_per_trainer_day,
    case
        when s.is_timed then cast(s.accepted_items as double) / nullif(s.hours, 0)
    end as items_per_hour,
    s.hours / nullif(s.trainer_days, 0) as hours_per_trainer_day,
    case when s.deadline is not null then s.days_left end as days_left,
    case when s.deadline is not null then s.remaining_items end as remaining_items,
    case
        when s.deadline is not null
        then cast(s.remaining_items as double) / nullif(s.days_left, 0)
    end as needed_items_per_day,
    case
        when s.remaining_items = 0 and s.deadline is not null then 0
        when s.deadline is not null and s.is_timed and s.accepted_items > 0
        then
            cast(s.remaining_items as double)
            * nullif(s.trainer_days, 0)
            / nullif(s.accepted_items, 0)
    end as needed_trainer_days

from sums as s

order by s.campaign_id
