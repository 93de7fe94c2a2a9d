-- Every scored answer to hidden gold, as few columns as figures per trainer and gold item need.
--
-- Training gold is practice and does not count; a score of one half and more is right. Grouping by five texts costs
-- three times what it costs by two: so gold names campaign, task type and item in one, and work
-- campaign, task type, vendor and trainer. Rows of one month and work lie together.
--
-- grain: campaign_id, item_id, assignment_id
-- refresh: item_id
-- returns:
--   assignment_id  text
--   item_id        text
--   campaign_id    text
--   vendor_id      text?
--   trainer_id     text?
--   task_type      text
--   gold           text
--   work           text
--   day            date    of the first submission
--   is_right       bigint  1 or 0
with

scored as (

    select
        a.assignment_id,
        a.item_id,
        a.campaign_id,
        a.vendor_id,
        a.trainer_id,
        a.task_type,
        concat(a.campaign_id, chr(31), a.task_type, chr(31), a.item_id) as gold,
        concat(
            a.campaign_id, chr(31), a.task_type, chr(31),
            coalesce(a.vendor_id, ''), chr(31), coalesce(a.trainer_id, '')
        ) as work,
        a.day,
        case when a.gold_score >= 0.5 then 1 else 0 end as is_right

    from assignments as a

    where a.gold_kind <> 'training'
        and a.gold_score is not null

)

select
    s.assignment_id,
    s.item_id,
    s.campaign_id,
    s.vendor_id,
    s.trainer_id,
    s.task_type,
    s.gold,
    s.work,
    s.day,
    s.is_right

from scored as s

order by date_trunc('month', s.day), s.work, s.day
