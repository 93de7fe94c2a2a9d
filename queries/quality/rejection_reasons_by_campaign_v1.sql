-- Why reviewers rejected work, and how often for each reason.
--
-- Rejection events count, by the day of the review: two rejections of one assignment are two, and one that
-- was overturned later stays an event. Rejections without a reason are shown as 'not stated'.
--
-- grain: campaign_id, reason
-- params:
--   since  date  first day of review, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id    text
--   reason         text    as the reviewers gave it
--   rejections     bigint  rejections for this reason
--   of_rejections  bigint  all rejections of the campaign
--   share          share(rejections / of_rejections)  0 to 1, 95 % Wilson interval
with

reasons as (

    select
        r.campaign_id,
        case when r.reason = '' then 'not stated' else r.reason end as stated,
        sum(r.rejected) as rejections

    from reviews_by_day as r

    where r.day >= :since
        and r.day < :until
        and r.rejected > 0

    group by r.campaign_id, case when r.reason = '' then 'not stated' else r.reason end

)

select
    campaign_id,
    stated as reason,
    cast(rejections as bigint) as rejections,
    cast(sum(rejections) over (partition by campaign_id) as bigint) as of_rejections

from reasons

order by campaign_id, rejections desc, stated
