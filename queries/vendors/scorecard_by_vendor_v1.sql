-- What each vendor delivered, how good it was, how long it took and what it cost.
--
-- Production work by the day of first submission; its reviews count whenever they came. Skipped and expired
-- work count in none but their own figures; scored is hidden gold only. Hours are those worked on items,
-- not on reviewing or in onboarding, whatever the basis of their durations; cost is everything paid to the vendor but for reviewing. Where no
-- time, or no price, is known they are unknown, not 0. By task type, so that vendors can be compared on the
-- same mix of work.
--
-- grain: vendor_id, campaign_id, task_type
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   vendor_id       text?    empty for work that belongs to no vendor
--   campaign_id     text
--   task_type       text
--   trainers        bigint   people with a submission; not to be added over task types
--   submitted       bigint   assignments submitted
--   skipped         bigint   assignments skipped
--   expired         bigint   assignments that ran out of time
--   reviewed        bigint   of the submitted, reviewed at least once
--   first_accepted  bigint   of the reviewed, passed the first review, with or without a fix
--   last_accepted   bigint   of the reviewed, accepted at the latest review
--   rejections      bigint   rejection events of this work
--   overturned      bigint   rejections of this work that were overturned
--   reworked        bigint   assignments submitted again after a rejection
--   scored          bigint   hidden gold answers scored
--   correct         bigint   of these right
--   hours           double?  hours worked, overlaps counted once, pauses cut
--   cost_usd        double?  accrued cost in US dollars
--   unpriced        bigint   units of work without a known price
--   first_pass      share(first_accepted / reviewed)  0 to 1, 95 % Wilson interval
--   rework_rate     share(reworked / submitted)       0 to 1, 95 % Wilson interval
--   accuracy        share(correct / scored)           0 to 1, 95 % Wilson interval
with

work as (

    select
        coalesce(s.vendor_id, '') as vendor,
        s.campaign_id,
        s.task_type,
        count(distinct case when s.submitted > 0 then s.trainer_id end) as trainers,
        sum(s.submitted) as submitted,
        sum(s.skipped) as skipped,
        sum(s.expired) as expired,
        sum(s.reviewed) as reviewed,
        sum(s.first_accepted + s.first_fixed) as first_accepted,
        sum(s.last_accepted) as last_accepted,
        sum(s.rejections) as rejections,
        sum(s.overturned) as overturned,
        sum(s.reworked) as reworked,
        sum(s.gold_scored) as scored,
        sum(s.gold_correct) as correct

    from submissions_by_day as s

    where s.day >= :since
        and s.day < :until

    group by coalesce(s.vendor_id, ''), s.campaign_id, s.task_type

),

time_worked as (

    select
        coalesce(h.vendor_id, '') as vendor,
        h.campaign_id,
        h.task_type,
        sum(h.worked_s) / 3600.0 as hours

    from vendor_hours_by_day as h

    where h.day >= :since
        and h.day < :until
        and h.category not in ('review', 'onboarding')

    group by coalesce(h.vendor_id, ''), h.campaign_id, h.task_type

),

cost as (

    select
        coalesce(c.vendor_id, '') as vendor,
        c.campaign_id,
        c.task_type,
        sum(c.cost_usd) as cost_usd,
        sum(c.unpriced) as unpriced

    from vendor_spend_by_day as c

    where c.day >= :since
        and c.day < :until
        and c.category <> 'review'

    group by coalesce(c.vendor_id, ''), c.campaign_id, c.task_type

),

vendors_at_work as (

    select vendor, campaign_id, task_type from work

    union distinct

    select vendor, campaign_id, task_type from time_worked

    union distinct

    select vendor, campaign_id, task_type from cost

)

select
    nullif(v.vendor, '') as vendor_id,
    v.campaign_id,
    v.task_type,
    cast(coalesce(w.trainers, 0) as bigint) as trainers,
    cast(coalesce(w.submitted, 0) as bigint) as submitted,
    cast(coalesce(w.skipped, 0) as bigint) as skipped,
    cast(coalesce(w.expired, 0) as bigint) as expired,
    cast(coalesce(w.reviewed, 0) as bigint) as reviewed,
    cast(coalesce(w.first_accepted, 0) as bigint) as first_accepted,
    cast(coalesce(w.last_accepted, 0) as bigint) as last_accepted,
    cast(coalesce(w.rejections, 0) as bigint) as rejections,
    cast(coalesce(w.overturned, 0) as bigint) as overturned,
    cast(coalesce(w.reworked, 0) as bigint) as reworked,
    cast(coalesce(w.scored, 0) as bigint) as scored,
    cast(coalesce(w.correct, 0) as bigint) as correct,
    t.hours,
    case when c.unpriced = 0 or c.cost_usd > 0 then c.cost_usd end as cost_usd,
    cast(coalesce(c.unpriced, 0) as bigint) as unpriced

from vendors_at_work as v

left join work as w
    on w.vendor = v.vendor
    and w.campaign_id = v.campaign_id
    and w.task_type = v.task_type

left join time_worked as t
    on t.vendor = v.vendor
    and t.campaign_id = v.campaign_id
    and t.task_type = v.task_type

left join cost as c
    on c.vendor = v.vendor
    and c.campaign_id = v.campaign_id
    and c.task_type = v.task_type

order by v.vendor, v.campaign_id, v.task_type
