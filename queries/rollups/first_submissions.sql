-- How long each item waited until somebody had worked on it.
--
-- Production items by the first submission on them, from the moment that they became available. Items whose times are assumed, of which
-- nobody knows when they became available, or that were available only afterwards, are left out.
--
-- grain: campaign_id, item_id
-- refresh: item_id
-- returns:
--   item_id      text
--   campaign_id  text
--   vendor_id    text?   whose person submitted first
--   trainer_id   text?
--   task_type    text
--   day          date    of the first submission
--   waited_s     double  seconds
select
    a.item_id,
    a.campaign_id,
    a.vendor_id,
    a.trainer_id,
    a.task_type,
    a.day,
    cast(date_diff('second', i.available_at, a.submitted_at) as double) as waited_s

from assignments as a

inner join items as i
    on i.campaign_id = a.campaign_id
    and i.item_id = a.item_id

where a.pass_no = 1
    and a.gold_kind = 'none'
    and a.time_basis = 'recorded'
    and i.time_basis = 'recorded'
    and i.available_at <= a.submitted_at
