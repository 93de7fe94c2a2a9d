-- Handle time of submitted assignments in logarithmic buckets, by the day of first submission.
--
-- Production work with a recorded time and a known duration of its first attempt, apart by how it was measured. Bucket i holds
-- durations over 1.02^(i-1) and up to 1.02^i seconds; under a millisecond counts as one millisecond.
--
-- grain: campaign_id, vendor_id, task_type, duration_basis, bucket, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id     text
--   vendor_id       text?
--   task_type       text
--   duration_basis  text
--   bucket          bigint
--   day             date
--   assignments     bigint
--   seconds         double
with

timed as (

    select
        a.campaign_id,
        a.vendor_id,
        a.task_type,
        a.duration_basis,
        cast(ceil(ln(greatest(a.duration_s, 0.001)) / ln(1.02)) as bigint) as bucket,
        a.day,
        a.duration_s

    from assignments as a

    where a.gold_kind = 'none'
        and a.time_basis = 'recorded'
        and a.submitted_at is not null
        and a.duration_s is not null

)

select
    t.campaign_id,
    t.vendor_id,
    t.task_type,
    t.duration_basis,
    t.bucket,
    t.day,
    count(*) as assignments,
    sum(t.duration_s) as seconds

from timed as t

group by t.campaign_id, t.vendor_id, t.task_type, t.duration_basis, t.bucket, t.day
