-- How many of a vendor's people stopped working, and how many joined.
--
-- A person is active in a period of 28 days with at least one submission, gold included. Compared are the
-- last 28 days before as_of and the 28 days before those: gone are those active then and not since, joined
-- those active now who never submitted before. Who moved to another campaign of the vendor is not gone.
-- Work of assumed times and of unknown people does not count.
--
-- grain: vendor_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   vendor_id      text?
--   active_before  bigint  people active in the 28 days before the last 28
--   still_active   bigint  of these active in the last 28 days
--   gone           bigint  of these not
--   active_now     bigint  people active in the last 28 days
--   joined         bigint  of these without any earlier submission for the vendor
--   attrition      share(gone / active_before)  0 to 1 in 28 days, 95 % Wilson interval
with

people_at_work as (

    select
        coalesce(s.vendor_id, '') as vendor,
        s.trainer_id,
        min(s.day) as first_day,
        max(case when s.day >= :as_of - interval '28' day then 1 else 0 end) as is_active,
        max(
            case
                when s.day >= :as_of - interval '56' day and s.day < :as_of - interval '28' day then 1
                else 0
            end
        ) as was_active

    from submissions_by_day as s

    where s.day < :as_of
        and s.time_basis = 'recorded'
        and s.trainer_id is not null
        and s.submitted + s.gold_scored + s.gold_training > 0

    group by coalesce(s.vendor_id, ''), s.trainer_id

)

select
    nullif(p.vendor, '') as vendor_id,
    cast(sum(p.was_active) as bigint) as active_before,
    cast(sum(p.was_active * p.is_active) as bigint) as still_active,
    cast(sum(p.was_active * (1 - p.is_active)) as bigint) as gone,
    cast(sum(p.is_active) as bigint) as active_now,
    cast(sum(case when p.first_day >= :as_of - interval '28' day then 1 else 0 end) as bigint) as joined

from people_at_work as p

group by p.vendor

order by p.vendor
