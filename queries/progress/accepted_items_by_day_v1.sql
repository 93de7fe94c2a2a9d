-- Items accepted per day.
--
-- Production items, each once whatever its overlap, dated by the acceptance that completed
-- it; an item that loses its acceptance again is taken off on the day it does, so a day can be
-- below 0. Acceptances without a real time are not dated and do not count. Days without
-- change have no row.
--
-- grain: campaign_id, day
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   day             date    UTC
--   accepted_items  bigint  accepted, less acceptances lost
select
    f.campaign_id,
    f.day,
    cast(sum(f.entered - f.left_it) as bigint) as accepted_items

from item_flow_by_day as f

where f.state = 'accepted'
    and f.time_basis = 'recorded'
    and f.day >= :since
    and f.day < :until

group by f.campaign_id, f.day

order by f.campaign_id, f.day
