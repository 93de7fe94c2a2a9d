-- What was loaded, when, and what became of every row.
--
-- Every load that was published. A load that was refused or stopped half way left nothing and is not here.
--
-- grain: load_id
-- returns:
--   load_id           text
--   source            text
--   campaign_id       text?       empty where the file itself names the campaigns
--   files             text
--   started_at        timestamp   UTC
--   recorded_at       timestamp   when the warehouse learned of its rows, UTC
--   rows_read         bigint      rows in the files
--   rows_loaded       bigint      of these new
--   rows_there        bigint      of these loaded before
--   rows_quarantined  bigint      of these refused, kept with the reason
--   rows_unaccounted  bigint      read and none of the three: 0, or something is wrong
--   events            bigint      events made from the rows
--   first_occurred    timestamp?  first of them happened, UTC
--   last_occurred     timestamp?  last of them happened, UTC
--   is_refreshed      boolean     the figures hold it
--   options           text        how it was loaded
with

refreshed as (

    select distinct r.load_id

    from refreshes as r

)

select
    l.load_id,
    l.source,
    l.campaign_id,
    l.files,
    l.started_at,
    l.recorded_at,
    l.rows_read,
    l.rows_loaded,
    l.rows_there,
    l.rows_quarantined,
    l.rows_read - l.rows_loaded - l.rows_there - l.rows_quarantined as rows_unaccounted,
    l.events,
    l.first_occurred,
    l.last_occurred,
    r.load_id is not null as is_refreshed,
    l.options

from loads as l

left join refreshed as r
    on r.load_id = l.load_id

order by l.started_at desc, l.load_id
