-- Work by its first review: who made it, how long the work had waited for it, and what became of a rejection.
--
-- Production assignments whose first reviewer is known, by the day of that review, whatever the day of the work. A rejection is
-- overturned if any of the assignment's was; disputed if a dispute was opened or resolved on it; upheld, the trainer was right, if
-- such a dispute was resolved in the trainer's favour or the rejection overturned; decided if it is upheld or was resolved otherwise.
--
-- grain: campaign_id, item_id, assignment_id
-- refresh: item_id
-- returns:
--   assignment_id  text
--   item_id        text
--   campaign_id    text
--   reviewer_id    text
--   vendor_id      text?
--   trainer_id     text?    whose work it is
--   task_type      text
--   time_basis     text
--   day            date     of the review
--   waited_s       double?  seconds from the first submission to the review
--   rejected       bigint   1 if this review rejected; all that follow are 0 where it did not
--   overturned     bigint
--   disputed       bigint
--   upheld         bigint
--   decided        bigint
with

disputes as (

    select
        o.campaign_id,
        o.item_id,
        o.assignment_id,
        max(case when o.is_against then 1 else 0 end) as is_upheld,
        max(case when o.event_type = 'dispute_resolved' then 1 else 0 end) as is_resolved

    from second_opinions as o

    where o.event_type <> 'audit_scored'
        and o.assignment_id is not null

    group by o.campaign_id, o.item_id, o.assignment_id

),

reviewed as (

    select
        a.assignment_id,
        a.item_id,
        a.campaign_id,
        a.first_reviewer_id as reviewer_id,
        a.vendor_id,
        a.trainer_id,
        a.task_type,
        a.time_basis,
        cast(a.first_reviewed_at as date) as day,
        cast(date_diff('second', a.submitted_at, a.first_reviewed_at) as double) as waited_s,
        case when a.first_outcome = 'rejected' then 1 else 0 end as rejected,
        case when a.first_outcome = 'rejected' and a.overturned > 0 then 1 else 0 end as overturned

    from assignments as a

    where a.gold_kind = 'none'
        and a.first_reviewer_id is not null
        and a.first_reviewed_at is not null

)

select
    r.assignment_id,
    r.item_id,
    r.campaign_id,
    r.reviewer_id,
    r.vendor_id,
    r.trainer_id,
    r.task_type,
    r.time_basis,
    r.day,
    r.waited_s,
    cast(r.rejected as bigint) as rejected,
    cast(r.overturned as bigint) as overturned,
    cast(case when r.rejected = 1 and d.item_id is not null then 1 else 0 end as bigint) as disputed,
    cast(
        case when r.rejected = 1 and d.item_id is not null then greatest(d.is_upheld, r.overturned) else 0 end as bigint
    ) as upheld,
    cast(
        case when r.rejected = 1 and d.item_id is not null then greatest(d.is_resolved, r.overturned) else 0 end as bigint
    ) as decided

from reviewed as r

left join disputes as d
    on d.campaign_id = r.campaign_id
    and d.item_id = r.item_id
    and d.assignment_id = r.assignment_id
