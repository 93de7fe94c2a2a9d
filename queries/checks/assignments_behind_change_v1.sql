-- The work behind a change of a figure: the assignments that count against it, the newest first.
--
-- By the day of first submission. gold_accuracy: hidden gold answered wrongly; rejection_rate: production work rejected at first review;
-- rework_rate: production work submitted more than once; of handle_time_up the longest, of handle_time_down the shortest known
-- times of production work; of any other figure all submitted work. Training gold and assumed times do not count.
--
-- grain: campaign_id, item_id, assignment_id
-- params:
--   figure     text   as flags name it
--   task_type  text?  only this one
--   since      date   first day, inclusive
--   until      date   first day after the range
--   limit      bigint  at most so many
-- returns:
--   campaign_id    text
--   item_id        text
--   assignment_id  text
--   trainer_id     text?
--   vendor_id      text?
--   task_type      text
--   day            date
--   state          text
--   gold_score     double?
--   attempts       bigint
--   duration_s     double?
--   reviewer_id    text?    who reviewed it first
select
    a.campaign_id,
    a.item_id,
    a.assignment_id,
    a.trainer_id,
    a.vendor_id,
    a.task_type,
    a.day,
    a.state,
    a.gold_score,
    a.attempts,
    a.duration_s,
    a.first_reviewer_id as reviewer_id

from assignments as a

where a.day >= :since
    and a.day < :until
    and a.submitted_at is not null
    and a.time_basis = 'recorded'
    and a.gold_kind <> 'training'
    and (cast(:task_type as text) is null or a.task_type = :task_type)
    and case :figure
        when 'gold_accuracy' then a.gold_score < 0.5
        when 'rejection_rate' then a.gold_kind = 'none' and a.first_outcome = 'rejected'
        when 'rework_rate' then a.gold_kind = 'none' and a.attempts > 1
        when 'handle_time_up' then a.gold_kind = 'none' and a.duration_s is not null
        when 'handle_time_down' then a.gold_kind = 'none' and a.duration_s is not null
        else a.gold_kind = 'none'
    end

order by
    case
        when :figure = 'handle_time_up' then -a.duration_s
        when :figure = 'handle_time_down' then a.duration_s
        else 0.0
    end,
    a.day desc,
    a.campaign_id,
    a.item_id,
    a.assignment_id

limit :limit
