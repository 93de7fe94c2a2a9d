-- Which vendors work for us.
--
-- Every vendor that is registered or known only from its work or cost. Work without
-- a vendor names none.
--
-- grain: vendor_id
-- returns:
--   vendor_id    text
--   vendor_name  text  the id where nobody gave a name
with

registrations as (

    select
        v.vendor_id,
        v.vendor_name,
        row_number() over (partition by v.vendor_id order by v.recorded_at desc) as place

    from vendors as v

),

known as (

    select vendor_id from registrations
    union
    select vendor_id from vendor_submissions_by_day where vendor_id is not null
    union
    select vendor_id from vendor_spend_by_day where vendor_id is not null

)

select
    k.vendor_id,
    coalesce(r.vendor_name, k.vendor_id) as vendor_name

from known as k
left join registrations as r on r.vendor_id = k.vendor_id and r.place = 1

order by k.vendor_id
