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
        e.campaign_id,
        e.item_id,
        e.assignment_id,
        max(case when e.outcome = 'incorrect' or e.score < 0.5 then 1 else 0 end) as is_defective

    from annotation_events as e

    where e.event_type = 'audit_scored'
        and e.day >= :since
        and e.day < :until
        and (e.outcome in ('correct', 'incorrect') or e.score is not null)

    group by e.campaign_id, e.item_id, e.assignment_id

)

select
    a.campaign_id,
    a.first_reviewer_id as reviewer_id,
    cast(count(*) as bigint) as audited,
    cast(sum(u.is_defective) as bigint) as defective

from audits as u

inner join assignments as a
    on a.campaign_id = u.campaign_id
    and a.item_id = u.item_id
    and a.assignment_id = u.assignment_id

where a.gold_kind = 'none'
    and a.first_outcome in ('accepted', 'accepted_with_fix')
    and a.first_reviewer_id is not null

group by a.campaign_id, a.first_reviewer_id

order by a.campaign_id, a.first_reviewer_id
