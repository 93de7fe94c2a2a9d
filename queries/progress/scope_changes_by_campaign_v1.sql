-- Every version of a campaign's promise, and what it changed.
--
-- Dated by the day on which the version was written down. The first version changes
-- nothing: what was before it is empty.
--
-- grain: campaign_id, charter_version
-- returns:
--   campaign_id           text
--   charter_version       bigint
--   changed_on            date     UTC
--   target_items          bigint
--   target_before         bigint?
--   required_annotations  bigint
--   required_before       bigint?
--   starts_on             date
--   deadline              date
--   deadline_before       date?
--   budget                double?  in currency
--   budget_before         double?  in the currency of that version
--   currency              text
--   is_scope_change       boolean  the target, the annotations required, a date or the budget changed
with

steps as (

    select
        c.campaign_id,
        c.version,
        c.recorded_at,
        c.target_items,
        c.required_annotations,
        c.starts_on,
        c.deadline,
        c.budget,
        c.currency,
        row_number() over (partition by c.campaign_id order by c.version) as step

    from charters as c

)

select
    n.campaign_id,
    n.version as charter_version,
    cast(n.recorded_at as date) as changed_on,
    n.target_items,
    b.target_items as target_before,
    n.required_annotations,
    b.required_annotations as required_before,
    n.starts_on,
    n.deadline,
    b.deadline as deadline_before,
    n.budget,
    b.budget as budget_before,
    n.currency,
    b.step is not null
    and (
        n.target_items <> b.target_items
        or n.required_annotations <> b.required_annotations
        or n.starts_on <> b.starts_on
        or n.deadline <> b.deadline
        or coalesce(n.budget, -1) <> coalesce(b.budget, -1)
        or n.currency <> b.currency
    ) as is_scope_change

from steps as n
left join steps as b on b.campaign_id = n.campaign_id and b.step = n.step - 1

order by n.campaign_id, charter_version
