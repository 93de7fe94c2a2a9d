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

work as (

    select
        s.trainer_id,
        coalesce(s.vendor_id, '') as vendor,
        s.campaign_id,
        s.task_type,
        sum(s.submitted) as submitted,
        sum(s.skipped) as skipped,
        sum(s.expired) as expired,
        sum(s.reviewed) as reviewed,
        sum(s.first_accepted + s.first_fixed) as first_accepted,
        sum(s.first_fixed) as first_fixed,
        sum(s.last_accepted) as last_accepted,
        sum(s.rejections) as rejections,
        sum(s.overturned) as overturned,
        sum(s.reworked) as reworked,
        sum(s.gold_scored) as scored,
        sum(s.gold_correct) as correct,
        sum(s.gold_training) as trained,
        sum(s.rework_seconds) as rework_seconds,
        count(distinct case when s.submitted + s.gold_scored + s.gold_training > 0 then s.day end)
            as active_days,
        max(case when s.submitted + s.gold_scored + s.gold_training > 0 then s.day end) as last_day

    from submissions_by_day as s

    where s.day >= :since
        and s.day < :until
        and s.trainer_id is not null

    group by s.trainer_id, coalesce(s.vendor_id, ''), s.campaign_id, s.task_type

),

time_worked as (

    select
        h.trainer_id,
        coalesce(h.vendor_id, '') as vendor,
        h.campaign_id,
        h.task_type,
        sum(h.worked_s) / 3600.0 as hours

    from hours_by_day as h

    where h.day >= :since
        and h.day < :until
        and h.category not in ('review', 'onboarding')

    group by h.trainer_id, coalesce(h.vendor_id, ''), h.campaign_id, h.task_type

),

cost as (

    select
        c.trainer_id,
        coalesce(c.vendor_id, '') as vendor,
        c.campaign_id,
        c.task_type,
        sum(c.cost_usd) as cost_usd,
        sum(c.unpriced) as unpriced

    from spend_by_day as c

    where c.day >= :since
        and c.day < :until
        and c.category not in ('review', 'onboarding', 'fee')
        and c.trainer_id is not null

    group by c.trainer_id, coalesce(c.vendor_id, ''), c.campaign_id, c.task_type

),

people_at_work as (

    select trainer_id, vendor, campaign_id, task_type from work

    union distinct

    select trainer_id, vendor, campaign_id, task_type from time_worked

    union distinct

    select trainer_id, vendor, campaign_id, task_type from cost

)

select
    p.trainer_id,
    nullif(p.vendor, '') as vendor_id,
    p.campaign_id,
    p.task_type,
    cast(coalesce(w.submitted, 0) as bigint) as submitted,
    cast(coalesce(w.skipped, 0) as bigint) as skipped,
    cast(coalesce(w.expired, 0) as bigint) as expired,
    cast(coalesce(w.reviewed, 0) as bigint) as reviewed,
    cast(coalesce(w.first_accepted, 0) as bigint) as first_accepted,
    cast(coalesce(w.first_fixed, 0) as bigint) as first_fixed,
    cast(coalesce(w.last_accepted, 0) as bigint) as last_accepted,
    cast(coalesce(w.rejections, 0) as bigint) as rejections,
    cast(coalesce(w.overturned, 0) as bigint) as overturned,
    cast(coalesce(w.reworked, 0) as bigint) as reworked,
    cast(coalesce(w.scored, 0) as bigint) as scored,
    cast(coalesce(w.correct, 0) as bigint) as correct,
    cast(coalesce(w.trained, 0) as bigint) as trained,
    t.hours,
    coalesce(w.rework_seconds, 0.0) as rework_seconds,
    case when c.unpriced = 0 or c.cost_usd > 0 then c.cost_usd end as cost_usd,
    cast(coalesce(c.unpriced, 0) as bigint) as unpriced,
    cast(coalesce(w.active_days, 0) as bigint) as active_days,
    w.last_day

from people_at_work as p

left join work as w
    on w.trainer_id = p.trainer_id
    and w.vendor = p.vendor
    and w.campaign_id = p.campaign_id
    and w.task_type = p.task_type

left join time_worked as t
    on t.trainer_id = p.trainer_id
    and t.vendor = p.vendor
    and t.campaign_id = p.campaign_id
    and t.task_type = p.task_type

left join cost as c
    on c.trainer_id = p.trainer_id
    and c.vendor = p.vendor
    and c.campaign_id = p.campaign_id
    and c.task_type = p.task_type

order by p.trainer_id, p.campaign_id, p.task_type, p.vendor
