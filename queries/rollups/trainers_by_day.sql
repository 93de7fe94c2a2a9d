-- What each person did on a day, how good it was, how long it took and what it cost, in one row.
--
-- Counts are of the work of that day of first submission, hours and cost of the day itself: of work on items, not of
-- reviewing, onboarding or fees. Hours and cost are unknown where there is no time of work, or no unit with a price or without.
-- Work of unknown people is left out.
--
-- grain: campaign_id, vendor_id, trainer_id, task_type, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id     text
--   vendor_id       text?
--   trainer_id      text
--   task_type       text
--   day             date
--   submitted       bigint  assignments submitted
--   skipped         bigint
--   expired         bigint
--   reviewed        bigint  of the submitted
--   first_accepted  bigint  with or without a fix
--   first_fixed     bigint  of these with a fix
--   last_accepted   bigint
--   rejections      bigint  events
--   overturned      bigint
--   reworked        bigint  assignments submitted again
--   gold_scored     bigint
--   gold_correct    bigint
--   gold_training   bigint
--   rework_seconds  double
--   worked_s        double?
--   cost_usd        double?
--   unpriced        bigint?
with

parts as (

    select
        s.campaign_id,
        s.vendor_id,
        s.trainer_id,
        s.task_type,
        s.day,
        s.submitted,
        s.skipped,
        s.expired,
        s.reviewed,
        s.first_accepted + s.first_fixed as first_accepted,
        s.first_fixed,
        s.last_accepted,
        s.rejections,
        s.overturned,
        s.reworked,
        s.gold_scored,
        s.gold_correct,
        s.gold_training,
        s.rework_seconds,
        cast(null as double) as worked_s,
        cast(null as double) as cost_usd,
        cast(null as bigint) as unpriced

    from submissions_by_day as s

    where s.trainer_id is not null

    union all

    select
        h.campaign_id,
        h.vendor_id,
        h.trainer_id,
        h.task_type,
        h.day,
        0 as submitted,
        0 as skipped,
        0 as expired,
        0 as reviewed,
        0 as first_accepted,
        0 as first_fixed,
        0 as last_accepted,
        0 as rejections,
        0 as overturned,
        0 as reworked,
        0 as gold_scored,
        0 as gold_correct,
        0 as gold_training,
        0.0 as rework_seconds,
        h.worked_s,
        cast(null as double) as cost_usd,
        cast(null as bigint) as unpriced

    from hours_by_day as h

    where h.category not in ('review', 'onboarding')

    union all

    select
        c.campaign_id,
        c.vendor_id,
        c.trainer_id,
        c.task_type,
        c.day,
        0 as submitted,
        0 as skipped,
        0 as expired,
        0 as reviewed,
        0 as first_accepted,
        0 as first_fixed,
        0 as last_accepted,
        0 as rejections,
        0 as overturned,
        0 as reworked,
        0 as gold_scored,
        0 as gold_correct,
        0 as gold_training,
        0.0 as rework_seconds,
        cast(null as double) as worked_s,
        c.cost_usd,
        c.unpriced

    from spend_by_day as c

    where c.category not in ('review', 'onboarding', 'fee')
        and c.trainer_id is not null

),

sums as (

    select
        p.campaign_id,
        p.vendor_id,
        p.trainer_id,
        p.task_type,
        p.day,
        cast(sum(p.submitted) as bigint) as submitted,
        cast(sum(p.skipped) as bigint) as skipped,
        cast(sum(p.expired) as bigint) as expired,
        cast(sum(p.reviewed) as bigint) as reviewed,
        cast(sum(p.first_accepted) as bigint) as first_accepted,
        cast(sum(p.first_fixed) as bigint) as first_fixed,
        cast(sum(p.last_accepted) as bigint) as last_accepted,
        cast(sum(p.rejections) as bigint) as rejections,
        cast(sum(p.overturned) as bigint) as overturned,
        cast(sum(p.reworked) as bigint) as reworked,
        cast(sum(p.gold_scored) as bigint) as gold_scored,
        cast(sum(p.gold_correct) as bigint) as gold_correct,
        cast(sum(p.gold_training) as bigint) as gold_training,
        sum(p.rework_seconds) as rework_seconds,
        sum(p.worked_s) as worked_s,
        sum(p.cost_usd) as cost_usd,
        cast(sum(p.unpriced) as bigint) as unpriced

    from parts as p

    group by p.campaign_id, p.vendor_id, p.trainer_id, p.task_type, p.day

)

select s.*

from sums as s

-- what is grouped together lies together
order by date_trunc('month', s.day), s.campaign_id, s.trainer_id, s.task_type, s.day
