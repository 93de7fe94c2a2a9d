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
    f.vendor_id,
    f.campaign_id,
    cast(count(*) as bigint) as items,
    quantile_cont(f.waited_s / 3600.0, 0.5) as median_hours,
    quantile_cont(f.waited_s / 3600.0, 0.9) as p90_hours

from first_submissions as f

where f.day >= :since
    and f.day < :until

group by f.vendor_id, f.campaign_id

order by f.vendor_id, f.campaign_id
