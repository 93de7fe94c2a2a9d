-- How long an item waits until a vendor's people have worked on it.
--
-- From the moment an item became available to the first submission on it, of production items first
-- submitted in the range; part of it is the queue. Items whose times are assumed, or of which nobody knows
-- when they became available, do not count.
--
-- grain: vendor_id, campaign_id
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   vendor_id     text?
--   campaign_id   text
--   items         bigint  items first submitted by the vendor
--   median_hours  double
--   p90_hours     double  nine of ten took no longer
select
    a.vendor_id,
    a.campaign_id,
    cast(count(*) as bigint) as items,
    quantile_cont(date_diff('second', i.available_at, a.submitted_at) / 3600.0, 0.5) as median_hours,
    quantile_cont(date_diff('second', i.available_at, a.submitted_at) / 3600.0, 0.9) as p90_hours

from assignments as a

inner join items as i
    on i.campaign_id = a.campaign_id
    and i.item_id = a.item_id

where a.day >= :since
    and a.day < :until
    and a.pass_no = 1
    and a.gold_kind = 'none'
    and a.time_basis = 'recorded'
    and i.time_basis = 'recorded'
    and i.available_at <= a.submitted_at

group by a.vendor_id, a.campaign_id

order by a.vendor_id, a.campaign_id
