-- Why rows could not be loaded, and how many are still waiting for a fix.
--
-- All rows ever refused; a row that was loaded after a fix is no longer waiting.
--
-- grain: campaign_id, reason
-- returns:
--   campaign_id    text?
--   reason         text
--   quarantined    bigint     rows refused for this reason
--   waiting        bigint     of these still waiting
--   loads          bigint     loads in which it happened
--   last_recorded  timestamp  when it last happened, UTC
select
    q.campaign_id,
    q.reason,
    cast(count(*) as bigint) as quarantined,
    cast(count(*) filter (where q.replayed_in is null) as bigint) as waiting,
    cast(count(distinct q.load_id) as bigint) as loads,
    max(q.recorded_at) as last_recorded

from quarantine as q

group by q.campaign_id, q.reason

order by waiting desc, quarantined desc, q.campaign_id, q.reason
