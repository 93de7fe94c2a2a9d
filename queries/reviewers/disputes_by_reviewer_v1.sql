-- How often trainers dispute a reviewer's rejections, and who was right.
--
-- First rejections of production work, by the day of that review, whenever the dispute came. An assignment
-- counts once: it is disputed if a dispute was opened on it, upheld if one was resolved in the trainer's
-- favour or the rejection was overturned, declined if it was only resolved otherwise, and open if nothing
-- was resolved yet. Rejections by unknown reviewers do not count.
--
-- grain: campaign_id, reviewer_id
-- params:
--   since  date  first day of review, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id    text
--   reviewer_id    text
--   rejected       bigint  assignments that this reviewer rejected at first review
--   disputed       bigint  of these disputed
--   upheld         bigint  of the disputed, the trainer was right
--   declined       bigint  of the disputed, the reviewer was right
--   still_open     bigint  of the disputed, undecided
--   decided        bigint  upheld or declined
--   dispute_rate   share(disputed / rejected)  0 to 1, 95 % Wilson interval
--   upheld_rate    share(upheld / decided)     0 to 1, 95 % Wilson interval
select
    f.campaign_id,
    f.reviewer_id,
    cast(count(*) as bigint) as rejected,
    cast(sum(f.disputed) as bigint) as disputed,
    cast(sum(f.upheld) as bigint) as upheld,
    cast(sum(f.decided - f.upheld) as bigint) as declined,
    cast(sum(f.disputed - f.decided) as bigint) as still_open,
    cast(sum(f.decided) as bigint) as decided

from first_reviews as f

where f.rejected = 1
    and f.day >= :since
    and f.day < :until

group by f.campaign_id, f.reviewer_id

order by f.campaign_id, f.reviewer_id
