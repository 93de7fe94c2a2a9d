-- Production items that entered and left each state on a day.
--
-- A stock is the sum of entered less left. An item that passes through a state within a day counts in both.
--
-- grain: campaign_id, task_type, state, time_basis, day
-- refresh: campaign_id, day
-- returns:
--   campaign_id  text
--   task_type    text
--   state        text
--   time_basis   text
--   day          date
--   entered      bigint
--   left_it      bigint
with

moves as (

    select t.campaign_id, t.task_type, t.to_state as state, t.time_basis, t.day, 1 as came, 0 as went

    from item_transitions as t

    where t.gold_kind = 'none'

    union all

    select t.campaign_id, t.task_type, t.from_state as state, t.time_basis, t.day, 0 as came, 1 as went

    from item_transitions as t

    where t.gold_kind = 'none'
        and t.from_state <> ''

)

select
    m.campaign_id,
    m.task_type,
    m.state,
    m.time_basis,
    m.day,
    cast(sum(m.came) as bigint) as entered,
    cast(sum(m.went) as bigint) as left_it

from moves as m

group by m.campaign_id, m.task_type, m.state, m.time_basis, m.day
