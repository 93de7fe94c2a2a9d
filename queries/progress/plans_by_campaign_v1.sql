-- Holidays and people to come, as each version of a charter says them.
--
-- A version is in force from the day on which it was written down until the next. A holiday lasts from its first day to the
-- day before its end; a new trainer counts as proficient after the ramp.
--
-- grain: campaign_id, charter_version, kind, vendor_id, name, starts_on
-- returns:
--   campaign_id      text
--   charter_version  bigint
--   changed_on       date     on which the version was written down, UTC
--   kind             text     holiday or onboarding
--   vendor_id        text?    empty for all
--   name             text?
--   starts_on        date
--   ends_on          date?    first day of work after a holiday
--   trainers         double?  people to come
--   ramp_days        bigint?
select
    t.campaign_id,
    t.version as charter_version,
    cast(t.recorded_at as date) as changed_on,
    t.kind,
    t.vendor_id,
    t.name,
    t.starts_on,
    t.ends_on,
    case when t.kind = 'onboarding' then t.amount end as trainers,
    t.ramp_days

from charter_terms as t

where t.kind in ('holiday', 'onboarding')

order by t.campaign_id, t.version, t.kind, t.vendor_id, t.name, t.starts_on
