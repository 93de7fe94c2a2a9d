-- Every piece of production work whose time is known, as few columns as figures of time need.
--
-- Submitted production assignments with a recorded time and a known duration of the first attempt. Figures per trainer group
-- a million of them at once, which by one text costs a third of what it costs by five: so kind names campaign, task type and
-- basis in one, and work the trainer and the vendor too. Rows of one month and work lie together.
--
-- grain: campaign_id, item_id, assignment_id
-- refresh: item_id
-- returns:
--   assignment_id   text
--   item_id         text
--   campaign_id     text
--   vendor_id       text?
--   trainer_id      text?
--   task_type       text
--   duration_basis  text
--   kind            text
--   work            text
--   day             date    of the first submission
--   duration_s      double
with

timed as (

    select
        a.assignment_id,
        a.item_id,
        a.campaign_id,
        a.vendor_id,
        a.trainer_id,
        a.task_type,
        a.duration_basis,
        concat(a.campaign_id, chr(31), a.task_type, chr(31), a.duration_basis) as kind,
        concat(
            a.campaign_id, chr(31), a.task_type, chr(31), a.duration_basis, chr(31),
            coalesce(a.vendor_id, ''), chr(31), coalesce(a.trainer_id, '')
        ) as work,
        a.day,
        a.duration_s

    from assignments as a

    where a.gold_kind = 'none'
        and a.time_basis = 'recorded'
        and a.submitted_at is not null
        and a.duration_s is not null

)

select
    t.assignment_id,
    t.item_id,
    t.campaign_id,
    t.vendor_id,
    t.trainer_id,
    t.task_type,
    t.duration_basis,
    t.kind,
    t.work,
    t.day,
    t.duration_s

from timed as t

order by date_trunc('month', t.day), t.work, t.day
