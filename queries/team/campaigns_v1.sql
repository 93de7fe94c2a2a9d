-- Which campaigns there are, and what each has promised.
--
-- Every campaign that is registered, chartered, or known only from its events. The
-- promise is that of the highest charter version; without a charter it is empty,
-- never 0. Days are those of the events before as_of.
--
-- grain: campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id           text
--   campaign_name         text     the id where nobody gave a name
--   task_type             text     charter's, else the work's; 'mixed' where the work has several
--   has_charter           boolean
--   charter_version       bigint?  version in force
--   target_items          bigint?  accepted items promised
--   required_annotations  bigint?  accepted annotations that complete an item
--   acceptance            text?    review (a reviewer accepts) or submission (accepted unless rejected)
--   starts_on             date?    first day of the plan
--   deadline              date?    first day after the plan
--   budget                double?  in currency
--   currency              text?    of the budget
--   review_share          double?  share of the work that is meant to be reviewed
--   idle_limit_s          double?  seconds after which a pause is no longer work
--   owners                text?
--   first_day             date?    day of the first event
--   last_day              date?    day of the last event
--   has_times             boolean  some events carry their real time; else nothing that needs a clock is known
with

charter_versions as (

    select
        c.campaign_id,
        c.version,
        c.campaign_name,
        c.task_type,
        c.target_items,
        c.required_annotations,
        c.acceptance,
        c.starts_on,
        c.deadline,
        c.budget,
        c.currency,
        c.review_share,
        c.idle_limit_s,
        c.owners,
        row_number() over (partition by c.campaign_id order by c.version desc) as place

    from charters as c

),

registrations as (

    select
        c.campaign_id,
        c.campaign_name,
        c.task_type,
        row_number() over (partition by c.campaign_id order by c.recorded_at desc) as place

    from campaigns as c

),

activity as (

    select
        e.campaign_id,
        min(e.day) as first_day,
        max(e.day) as last_day,
        max(case when e.time_basis = 'recorded' then 1 else 0 end) as timed

    from events_by_day as e

    where e.day < :as_of

    group by e.campaign_id

),

work as (

    select
        f.campaign_id,
        min(f.task_type) as lowest,
        max(f.task_type) as highest

    from item_flow_by_day as f

    where f.day < :as_of

    group by f.campaign_id

),

known as (

    select campaign_id from registrations
    union
    select campaign_id from charter_versions
    union
    select campaign_id from activity

)

select
    k.campaign_id,
    coalesce(p.campaign_name, r.campaign_name, k.campaign_id) as campaign_name,
    coalesce(
        p.task_type,
        r.task_type,
        case when w.lowest = w.highest then w.lowest when w.lowest <> w.highest then 'mixed' end,
        'unknown'
    ) as task_type,
    p.version is not null as has_charter,
    p.version as charter_version,
    p.target_items,
    p.required_annotations,
    p.acceptance,
    p.starts_on,
    p.deadline,
    p.budget,
    p.currency,
    p.review_share,
    p.idle_limit_s,
    p.owners,
    a.first_day,
    a.last_day,
    coalesce(a.timed, 0) = 1 as has_times

from known as k
left join charter_versions as p on p.campaign_id = k.campaign_id and p.place = 1
left join registrations as r on r.campaign_id = k.campaign_id and r.place = 1
left join activity as a on a.campaign_id = k.campaign_id
left join work as w on w.campaign_id = k.campaign_id

order by k.campaign_id
