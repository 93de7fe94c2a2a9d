-- What each trainer did, how good it was, how long it took and what it cost.
--
-- Production work by the day of first submission; its reviews count whenever they came. Skipped, expired
-- and training work count in none but their own figures; scored is hidden gold only. Hours and cost are
-- those of the range, of work on items (gold and rework included), not of reviewing, onboarding or fees;
-- hours and seconds are added up whatever the basis of their durations.
-- Where no time, or no price, is known they are unknown, not 0. Work of unknown people is left out.
--
-- grain: trainer_id, vendor_id, campaign_id, task_type
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   trainer_id      text
--   vendor_id       text?
--   campaign_id     text
--   task_type       text
--   submitted       bigint   assignments submitted
--   skipped         bigint   assignments skipped
--   expired         bigint   assignments that ran out of time
--   reviewed        bigint   of the submitted, reviewed at least once
--   first_accepted  bigint   of the reviewed, passed the first review, with or without a fix
--   first_fixed     bigint   of these with a fix
--   last_accepted   bigint   of the reviewed, accepted at the latest review
--   rejections      bigint   rejection events of this work
--   overturned      bigint   rejections of this work that were overturned
--   reworked        bigint   assignments submitted again after a rejection
--   scored          bigint   hidden gold answers scored
--   correct         bigint   of these right
--   trained         bigint   training gold answers submitted
--   hours           double?  hours worked, overlaps counted once, pauses cut
--   rework_seconds  double   seconds spent on rework, as far as known
--   cost_usd        double?  accrued cost in US dollars
--   unpriced        bigint   units of work without a known price
--   active_days     bigint   days with a submission or gold; not to be added over task types
--   last_day        date?    the last of these days
--   first_pass      share(first_accepted / reviewed)  0 to 1, 95 % Wilson interval
--   accuracy        share(correct / scored)           0 to 1, 95 % Wilson interval
with

sums as (

    select
        d.trainer_id,
        coalesce(d.vendor_id, '') as vendor,
        d.campaign_id,
        d.task_type,
        sum(d.submitted) as submitted,
        sum(d.skipped) as skipped,
        sum(d.expired) as expired,
        sum(d.reviewed) as reviewed,
        sum(d.first_accepted) as first_accepted,
        sum(d.first_fixed) as first_fixed,
        sum(d.last_accepted) as last_accepted,
        sum(d.rejections) as rejections,
        sum(d.overturned) as overturned,
        sum(d.reworked) as reworked,
        sum(d.gold_scored) as scored,
        sum(d.gold_correct) as correct,
        sum(d.gold_training) as trained,
        sum(d.worked_s) / 3600.0 as hours,
        sum(d.rework_seconds) as rework_seconds,
        sum(d.cost_usd) as cost_usd,
        sum(d.unpriced) as unpriced,
        count(case when d.submitted + d.gold_scored + d.gold_training > 0 then d.day end) as active_days,
        max(case when d.submitted + d.gold_scored + d.gold_training > 0 then d.day end) as last_day

    from trainers_by_day as d

    where d.day >= :since
        and d.day < :until

    group by d.trainer_id, coalesce(d.vendor_id, ''), d.campaign_id, d.task_type

)

select
    s.trainer_id,
    nullif(s.vendor, '') as vendor_id,
    s.campaign_id,
    s.task_type,
    cast(s.submitted as bigint) as submitted,
    cast(s.skipped as bigint) as skipped,
    cast(s.expired as bigint) as expired,
    cast(s.reviewed as bigint) as reviewed,
    cast(s.first_accepted as bigint) as first_accepted,
    cast(s.first_fixed as bigint) as first_fixed,
    cast(s.last_accepted as bigint) as last_accepted,
    cast(s.rejections as bigint) as rejections,
    cast(s.overturned as bigint) as overturned,
    cast(s.reworked as bigint) as reworked,
    cast(s.scored as bigint) as scored,
    cast(s.correct as bigint) as correct,
    cast(s.trained as bigint) as trained,
    s.hours,
    s.rework_seconds,
    case when s.unpriced = 0 or s.cost_usd > 0 then s.cost_usd end as cost_usd,
    cast(coalesce(s.unpriced, 0) as bigint) as unpriced,
    cast(s.active_days as bigint) as active_days,
    s.last_day

from sums as s

order by s.trainer_id, s.campaign_id, s.task_type, s.vendor
