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
with

rejections as (

    select
        a.campaign_id,
        a.item_id,
        a.assignment_id,
        a.first_reviewer_id as reviewer_id,
        a.overturned

    from assignments as a

    where a.first_outcome = 'rejected'
        and a.first_reviewer_id is not null
        and a.gold_kind = 'none'
        and a.first_reviewed_at >= :since
        and a.first_reviewed_at < :until

),

disputes as (

    select
        o.campaign_id,
        o.item_id,
        o.assignment_id,
        max(case when o.is_against then 1 else 0 end) as is_upheld,
        max(case when o.event_type = 'dispute_resolved' then 1 else 0 end) as is_resolved

    from second_opinions as o

    where o.event_type <> 'audit_scored'
        and o.day >= :since

    group by o.campaign_id, o.item_id, o.assignment_id

),

judged as (

    select
        r.campaign_id,
        r.reviewer_id,
        case when d.assignment_id is not null then 1 else 0 end as is_disputed,
        case
            when d.assignment_id is null then 0
            when d.is_upheld = 1 or r.overturned > 0 then 1
            else 0
        end as is_upheld,
        case
            when d.assignment_id is null then 0
            when d.is_resolved = 1 or r.overturned > 0 then 1
            else 0
        end as is_decided

    from rejections as r

    left join disputes as d
        on d.campaign_id = r.campaign_id
        and d.item_id = r.item_id
        and d.assignment_id = r.assignment_id

)

select
    j.campaign_id,
    j.reviewer_id,
    cast(count(*) as bigint) as rejected,
    cast(sum(j.is_disputed) as bigint) as disputed,
    cast(sum(j.is_upheld) as bigint) as upheld,
    cast(sum(j.is_decided - j.is_upheld) as bigint) as declined,
    cast(sum(j.is_disputed - j.is_decided) as bigint) as still_open,
    cast(sum(j.is_decided) as bigint) as decided

from judged as j

group by j.campaign_id, j.reviewer_id

order by j.campaign_id, j.reviewer_id
