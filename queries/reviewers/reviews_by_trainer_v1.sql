-- Who reviewed whose work, and how often it was rejected.
--
-- Reviews of production work by the day of the review. What is behind a reviewer's severity and behind a
-- change in acceptance: compare reviewers on the work of the same people and of the same type. Unknown
-- people have no name.
--
-- grain: campaign_id, reviewer_id, trainer_id, vendor_id, task_type
-- params:
--   since  date  first day of review, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   reviewer_id     text?
--   trainer_id      text?   whose work it is
--   vendor_id       text?
--   task_type       text
--   reviews         bigint  decisions
--   rejected        bigint
--   fixed           bigint  accepted with a fix
--   rejection_rate  share(rejected / reviews)  0 to 1, 95 % Wilson interval
select
    r.campaign_id,
    r.reviewer_id,
    r.trainer_id,
    r.vendor_id,
    r.task_type,
    cast(sum(r.reviews) as bigint) as reviews,
    cast(sum(r.rejected) as bigint) as rejected,
    cast(sum(r.fixed) as bigint) as fixed

from reviews_by_day as r

where r.day >= :since
    and r.day < :until
    and r.reviews > 0

group by r.campaign_id, r.reviewer_id, r.trainer_id, r.vendor_id, r.task_type

order by r.campaign_id, r.reviewer_id, r.trainer_id, r.vendor_id, r.task_type
