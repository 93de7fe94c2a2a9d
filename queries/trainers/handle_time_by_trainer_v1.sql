-- How long an assignment takes each trainer, by the way the time was measured.
--
-- Production assignments with a known duration, by the day of first submission. The duration is that of the
-- first attempt and its edits; rework is not in it. Assignments whose times are assumed do not count. Times
-- measured differently are never averaged together: each way has its own row.
--
-- grain: trainer_id, campaign_id, task_type, duration_basis
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   trainer_id      text
--   campaign_id     text
--   task_type       text
--   duration_basis  text    how the duration was measured
--   assignments     bigint  assignments with a known duration
--   mean_seconds    double
--   median_seconds  double
--   p90_seconds     double  nine of ten took no longer
select
    a.trainer_id,
    a.campaign_id,
    a.task_type,
    a.duration_basis,
    cast(count(*) as bigint) as assignments,
    avg(a.duration_s) as mean_seconds,
    quantile_cont(a.duration_s, 0.5) as median_seconds,
    quantile_cont(a.duration_s, 0.9) as p90_seconds

from timed_work as a

where a.day >= :since
    and a.day < :until
    and a.trainer_id is not null

group by a.trainer_id, a.campaign_id, a.task_type, a.duration_basis

order by a.trainer_id, a.campaign_id, a.task_type, a.duration_basis
