-- Whether every row of every load is where the books say it is.
--
-- Rows read must be rows loaded, rows already there, or rows quarantined; the events and quarantined rows
-- in the warehouse must be as many as the load wrote down. Anything but 0 in unaccounted, missing or
-- quarantine_missing means that rows were lost or doubled.
--
-- grain: load_id
-- returns:
--   load_id             text
--   source              text
--   campaign_id         text?
--   rows_read           bigint
--   rows_accounted      bigint   loaded, already there, or quarantined
--   unaccounted         bigint   rows read less rows accounted
--   events              bigint   events the load wrote down
--   events_there        bigint   events of this load in the warehouse
--   missing             bigint   the difference; below 0 there are more than written down
--   quarantined         bigint   rows the load wrote down as quarantined
--   quarantined_there   bigint   rows of this load in quarantine
--   quarantine_missing  bigint   the difference
--   is_whole            boolean  all three differences are 0
with

event_counts as (

    select
        e.load_id,
        count(*) as events_there

    from annotation_events as e

    group by e.load_id

),

quarantine_counts as (

    select
        q.load_id,
        count(*) as quarantined_there

    from quarantine as q

    group by q.load_id

),

differences as (

    select
        l.load_id,
        l.source,
        l.campaign_id,
        l.rows_read,
        l.rows_loaded + l.rows_there + l.rows_quarantined as rows_accounted,
        l.events,
        coalesce(e.events_there, 0) as events_there,
        l.rows_quarantined as quarantined,
        coalesce(q.quarantined_there, 0) as quarantined_there

    from loads as l

    left join event_counts as e
        on e.load_id = l.load_id

    left join quarantine_counts as q
        on q.load_id = l.load_id

)

select
    d.load_id,
    d.source,
    d.campaign_id,
    d.rows_read,
    d.rows_accounted,
    d.rows_read - d.rows_accounted as unaccounted,
    d.events,
    cast(d.events_there as bigint) as events_there,
    cast(d.events - d.events_there as bigint) as missing,
    d.quarantined,
    cast(d.quarantined_there as bigint) as quarantined_there,
    cast(d.quarantined - d.quarantined_there as bigint) as quarantine_missing,
    d.rows_read = d.rows_accounted
    and d.events = d.events_there
    and d.quarantined = d.quarantined_there as is_whole

from differences as d

order by d.load_id
