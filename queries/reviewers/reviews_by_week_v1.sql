-- What each reviewer decided, week by week.
--
-- Reviews of production work in the week of the review; an overturned rejection stays a rejection here and
-- is also counted apart, in the week in which it was overturned and with who overturned it. Reviews of
-- assumed times do not count, those of unknown reviewers have no name.
--
-- grain: campaign_id, reviewer_id, week
-- params:
--   since  date  first day of review, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   reviewer_id     text?
--   week            date    Monday of the week of the review, UTC
--   trainers        bigint  people whose work was reviewed
--   reviews         bigint  decisions
--   accepted        bigint  without a fix
--   fixed           bigint  accepted with a fix
--   rejected        bigint
--   escalated       bigint
--   overturned      bigint  rejections that this person overturned
--   rejection_rate  share(rejected / reviews)  0 to 1, 95 % Wilson interval
select
    r.campaign_id,
    r.reviewer_id,
    cast(date_trunc('week', r.day) as date) as week,
    cast(count(distinct case when r.reviews > 0 then r.trainer_id end) as bigint) as trainers,
    cast(sum(r.reviews) as bigint) as reviews,
    cast(sum(r.accepted) as bigint) as accepted,
    cast(sum(r.fixed) as bigint) as fixed,
    cast(sum(r.rejected) as bigint) as rejected,
    cast(sum(r.escalated) as bigint) as escalated,
    cast(sum(r.overturned) as bigint) as overturned

from reviews_by_day as r

where r.day >= :since
    and r.day < :until
    and r.time_basis = 'recorded'

group by r.campaign_id, r.reviewer_id, cast(date_trunc('week', r.day) as date)

order by r.campaign_id, r.reviewer_id, cast(date_trunc('week', r.day) as date)
