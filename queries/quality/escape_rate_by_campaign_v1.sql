-- Of the accepted items that were audited, the share found defective.
--
-- Production items by the day of the audit. An audit of one assignment counts if that assignment stands
-- accepted, an audit of the item as a whole if the item does. An item counts once: it is defective if any
-- audit of the range found it so.
--
-- grain: campaign_id
-- params:
--   since  date  first day of audit, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id  text
--   audited      bigint  accepted items audited
--   defective    bigint  of these found defective
--   escape_rate  share(defective / audited)  0 to 1, 95 % Wilson interval
with

audits as (

    select
        o.campaign_id,
        o.item_id,
        o.assignment_id,
        max(case when o.is_against then 1 else 0 end) as is_defective

    from second_opinions as o

    where o.event_type = 'audit_scored'
        and o.day >= :since
        and o.day < :until
        and o.gold_kind = 'none'

    group by o.campaign_id, o.item_id, o.assignment_id

),

audited_items as (

    select
        u.campaign_id,
        u.item_id,
        max(u.is_defective) as is_defective

    from audits as u

    left join assignments as a
        on a.campaign_id = u.campaign_id
        and a.item_id = u.item_id
        and a.assignment_id = u.assignment_id

    left join items as i
        on i.campaign_id = u.campaign_id
        and i.item_id = u.item_id

    where coalesce(a.state, case when u.assignment_id is null then i.state end) = 'accepted'

    group by u.campaign_id, u.item_id

)

select
    i.campaign_id,
    cast(count(*) as bigint) as audited,
    cast(sum(i.is_defective) as bigint) as defective

from audited_items as i

group by i.campaign_id

order by i.campaign_id
