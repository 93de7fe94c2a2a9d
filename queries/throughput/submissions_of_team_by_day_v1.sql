-- What the whole team submits and delivers per day.
--
-- Assignments on production items by the day of their first submission, and production
-- items by the day of the acceptance that completed them, less those that lost it. Gold,
-- skips and work without a real time do not count. A person who works on two campaigns
-- is one person.
--
-- grain: day
-- params:
--   since  date  first day, inclusive
--   until  date  first day after the range
-- returns:
--   day              date    UTC
--   submitted        bigint  assignments submitted
--   accepted_items   bigint  items accepted, net
--   active_trainers  bigint  people who submitted at least one
with

happened as (

    select
        s.day,
        s.submitted,
        0 as accepted_items,
        s.trainer_id

    from submissions_by_day as s

    where s.time_basis = 'recorded'
        and s.submitted > 0
        and s.day >= :since
        and s.day < :until

    union all

    select
        f.day,
        0 as submitted,
        f.entered - f.left_it as accepted_items,
        cast(null as text) as trainer_id

    from item_flow_by_day as f

    where f.state = 'accepted'
        and f.time_basis = 'recorded'
        and f.day >= :since
        and f.day < :until

)

select
    h.day,
    cast(sum(h.submitted) as bigint) as submitted,
    cast(sum(h.accepted_items) as bigint) as accepted_items,
    count(distinct h.trainer_id) as active_trainers

from happened as h

group by h.day

order by h.day
