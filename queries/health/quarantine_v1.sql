-- The rows that could not be loaded, word for word, with the reason.
--
-- Rows still waiting come first, then those that were loaded after a fix; in each the newest load first.
--
-- grain: load_id, file, row_no
-- params:
--   limit  bigint  at most so many
-- returns:
--   load_id      text
--   campaign_id  text?
--   file         text
--   row_no       bigint     place in the file
--   reason       text
--   raw          text       the row as it was
--   replayed_in  text?      the load that brought it in after a fix
--   is_waiting   boolean    nobody has replayed it yet
--   recorded_at  timestamp  UTC
select
    q.load_id,
    q.campaign_id,
    q.file,
    q.row_no,
    q.reason,
    q.raw,
    q.replayed_in,
    q.replayed_in is null as is_waiting,
    q.recorded_at

from quarantine as q

order by
    case when q.replayed_in is null then 0 else 1 end,
    q.recorded_at desc,
    q.load_id,
    q.file,
    q.row_no

limit :limit
