-- Who works on what, how much, and how much of it is done twice.
--
-- People with a submission on production items in the week, their assignments by the day of first
-- submission, and the hours all roles worked (the union of each person's work intervals). Rework
-- is counted on the assignments it belongs to and in the hours it took. Hours are unknown
-- where durations or real times are; hours of different basis are added, see hours_by_week.
-- Gold takes hours but is not delivered.
--
-- grain: campaign_id, vendor_id, week
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id      text
--   vendor_id        text?    empty where nobody says whose people they are
--   week             date     Monday of the week, UTC
--   active_trainers  bigint   people who submitted at least one
--   trainer_days     bigint   days on which each of them submitted, added up
--   submitted        bigint   assignments submitted
--   reworked         bigint   of these submitted again after a rejection
--   hours            double?  worked by everybody
--   review_hours     double?  of these by reviewers and adjudicators
--   rework_hours     double?  of these on rework
--   gold_hours       double?  of these on gold
--   rework_share     share(reworked / submitted)  of assignments that were done again
with

days as (

    select
        s.campaign_id,
        s.vendor_id,
        s.trainer_id,
        s.day,
        sum(s.submitted) as submitted,
        sum(s.reworked) as reworked

    from submissions_by_day as s

    where s.time_basis = 'recorded'
        and s.submitted > 0
        and s.day >= :since
        and s.day < :until

    group by s.campaign_id, s.vendor_id, s.trainer_id, s.day

),

facts as (

    select
        d.campaign_id,
        d.vendor_id,
        cast(date_trunc('week', d.day) as date) as week,
        d.trainer_id,
        case when d.trainer_id is not null then 1 else 0 end as trainer_days,
        d.submitted,
        d.reworked,
        cast(null as double) as worked_s,
        '' as category,
        '' as role

    from days as d

    union all

    select
        h.campaign_id,
        h.vendor_id,
        cast(date_trunc('week', h.day) as date) as week,
        cast(null as text) as trainer_id,
        0 as trainer_days,
        0 as submitted,
        0 as reworked,
        h.worked_s,
        h.category,
        h.role

    from vendor_hours_by_day as h

    where h.day >= :since
        and h.day < :until

)

select
    f.campaign_id,
    f.vendor_id,
    f.week,
    count(distinct f.trainer_id) as active_trainers,
    cast(sum(f.trainer_days) as bigint) as trainer_days,
    cast(sum(f.submitted) as bigint) as submitted,
    cast(sum(f.reworked) as bigint) as reworked,
    cast(sum(f.worked_s) as double) / 3600 as hours,
    cast(sum(case
        when f.role in ('reviewer', 'adjudicator') then f.worked_s else f.worked_s * 0
    end) as double) / 3600 as review_hours,
    cast(sum(case
        when f.category = 'rework' then f.worked_s else f.worked_s * 0
    end) as double) / 3600 as rework_hours,
    cast(sum(case
        when f.category = 'gold' then f.worked_s else f.worked_s * 0
    end) as double) / 3600 as gold_hours

from facts as f

group by f.campaign_id, f.vendor_id, f.week

order by f.campaign_id, f.vendor_id, f.week
