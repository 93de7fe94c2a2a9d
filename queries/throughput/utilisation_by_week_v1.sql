-- How much of the hours that were booked was worked.
--
-- Hours worked of each vendor in a campaign over the hours a week that the charter in force schedules it for, counted by
-- the day (a seventh each) where a schedule or the range covers a part of the week. Hours are the union of the people's
-- work intervals, whatever the basis of their durations, on days with a schedule only. Weeks in which nobody in sight worked at all have no row; a scheduled
-- vendor that did nothing in a week in which others worked has one.
--
-- grain: campaign_id, vendor_id, week
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id      text
--   vendor_id        text
--   week             date    Monday, UTC
--   hours            double  worked on scheduled days
--   scheduled_hours  double
--   utilisation      ratio(hours / scheduled_hours)
with

versions as (

    select
        c.campaign_id,
        max(c.version) as version

    from charters as c

    group by c.campaign_id

),

schedules as (

    select
        t.campaign_id,
        t.vendor_id,
        t.amount,
        greatest(t.starts_on, cast(:since as date)) as first_day,
        least(coalesce(t.ends_on, cast(:until as date)), cast(:until as date)) as end_day

    from charter_terms as t
    inner join versions as v on v.campaign_id = t.campaign_id and v.version = t.version

    where t.kind = 'schedule'

),

weeks as (

    select cast(date_trunc('week', h.day) as date) as week

    from vendor_hours_by_day as h

    where h.day >= :since
        and h.day < :until

    group by cast(date_trunc('week', h.day) as date)

),

booked as (

    select
        s.campaign_id,
        s.vendor_id,
        w.week,
        s.amount / 7 * date_diff(
            'day',
            greatest(s.first_day, w.week),
            least(s.end_day, cast(w.week + interval '7' day as date))
        ) as scheduled

    from schedules as s
    cross join weeks as w

    where s.first_day < cast(w.week + interval '7' day as date)
        and s.end_day > w.week
        and s.first_day < s.end_day

),

booked_days as (

    select
        h.campaign_id,
        h.vendor_id,
        h.day

    from vendor_hours_by_day as h
    inner join schedules as s on s.campaign_id = h.campaign_id and s.vendor_id = h.vendor_id

    where h.day >= s.first_day
        and h.day < s.end_day

    group by h.campaign_id, h.vendor_id, h.day

),

worked as (

    select
        h.campaign_id,
        h.vendor_id,
        cast(date_trunc('week', h.day) as date) as week,
        sum(h.worked_s) / 3600 as worked

    from vendor_hours_by_day as h
    inner join booked_days as d
        on d.campaign_id = h.campaign_id
        and d.vendor_id = h.vendor_id
        and d.day = h.day

    group by h.campaign_id, h.vendor_id, cast(date_trunc('week', h.day) as date)

)

select
    b.campaign_id,
    b.vendor_id,
    b.week,
    cast(coalesce(max(w.worked), 0) as double) as hours,
    cast(sum(b.scheduled) as double) as scheduled_hours

from booked as b
left join worked as w
    on w.campaign_id = b.campaign_id
    and w.vendor_id = b.vendor_id
    and w.week = b.week

group by b.campaign_id, b.vendor_id, b.week

order by b.campaign_id, b.vendor_id, b.week
