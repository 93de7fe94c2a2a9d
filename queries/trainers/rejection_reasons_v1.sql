-- Why one trainer's work was rejected, beside how often all of the campaign's rejections have that reason.
--
-- Rejection events of production work by the day of the review; one that was overturned later stays an
-- event. Rejections without a reason are shown as 'not stated'.
--
-- grain: campaign_id, reason
-- params:
--   trainer  text  the trainer asked about
--   since    date  first day of review, inclusive
--   until    date  first day after the range
-- returns:
--   campaign_id             text
--   reason                  text    as the reviewers gave it
--   rejections              bigint  rejections of the trainer's work for this reason
--   of_rejections           bigint  all rejections of the trainer's work in the campaign
--   campaign_rejections     bigint  rejections of anybody's work for this reason
--   of_campaign_rejections  bigint  all rejections of the campaign
--   share                   share(rejections / of_rejections)                    0 to 1, 95 % Wilson interval
--   campaign_share          share(campaign_rejections / of_campaign_rejections)  0 to 1
with

reasons as (

    select
        r.campaign_id,
        case when r.reason = '' then 'not stated' else r.reason end as stated,
        sum(case when r.trainer_id = :trainer then r.rejected else 0 end) as own,
        sum(r.rejected) as everybodys

    from reviews_by_day as r

    where r.day >= :since
        and r.day < :until
        and r.rejected > 0

    group by r.campaign_id, case when r.reason = '' then 'not stated' else r.reason end

),

totals as (

    select
        r.campaign_id,
        r.stated,
        r.own,
        sum(r.own) over (partition by r.campaign_id) as of_own,
        r.everybodys,
        sum(r.everybodys) over (partition by r.campaign_id) as of_everybodys

    from reasons as r

)

select
    t.campaign_id,
    t.stated as reason,
    cast(t.own as bigint) as rejections,
    cast(t.of_own as bigint) as of_rejections,
    cast(t.everybodys as bigint) as campaign_rejections,
    cast(t.of_everybodys as bigint) as of_campaign_rejections

from totals as t

where t.own > 0

order by t.campaign_id, t.own desc, t.stated
