-- Of the work that a reviewer let through and that was audited, how much turned out defective.
--
-- Production assignments whose first review accepted them, with a fix or without, by the day of the audit.
-- An assignment counts once: it is defective if any audit found it so. Work of unknown reviewers does not
-- count.
--
-- grain: campaign_id, reviewer_id
-- params:
--   since  date  first day of audit, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id  text
--   reviewer_id  text
--   audited      bigint  assignments accepted at first review and audited
--   defective    bigint  of these found defective
--   escape_rate  share(defective / audited)  0 to 1, 95 % Wilson interval
with

audits as (

    select
        o.campaign_id,
        o.first_reviewer_id as reviewer_id,
        o.item_id,
        o.assignment_id,
        max(case when o.is_against then 1 else 0 end) as is_defective

    from second_opinions as o

    where o.event_type = 'audit_scored'
        and o.day >= :since
        and o.day < :until
        and o.gold_kind = 'none'
        and o.first_outcome in ('accepted', 'accepted_with_fix')
        and o.first_reviewer_id is not null

    group by o.campaign_id, o.first_reviewer_id, o.item_id, o.assignment_id

)

select
    a.campaign_id,
    a.reviewer_id,
    cast(count(*) as bigint) as audited,
    cast(sum(a.is_defective) as bigint) as defective

from audits as a

group by a.campaign_id, a.reviewer_id

order by a.campaign_id, a.reviewer_id
