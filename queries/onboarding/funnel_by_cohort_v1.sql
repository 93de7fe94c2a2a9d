-- How many newcomers of each month reached each stage of onboarding, and how long that took.
--
-- The stages in order: invited, quiz, calibration, gated, production, proficient. Who reached a later stage
-- is counted in the earlier ones too, also where the source left them out. The cohort is the month of a
-- person's first stage in the campaign. Stages of assumed times and people without an id are left out.
-- Waiting are those who have not gone further and have not left: they may still; nobody waits at the last
-- stage. The median is of those who went further, so it is too short while many wait.
--
-- grain: campaign_id, vendor_id, cohort, stage
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id        text
--   vendor_id          text?
--   cohort             date     first day of the month of the first stage
--   stage              text
--   place              bigint   1 for invited to 6 for proficient
--   invited            bigint   people of the cohort
--   reached            bigint   of these reached the stage or a later one
--   went_further       bigint   of these reached a later stage
--   waiting            bigint   of those who did not, still with us
--   waiting_days       double?  median days since these reached the stage
--   days_to_next       double?  median days to the next stage known, of those who went further
--   reached_share      share(reached / invited)      0 to 1, 95 % Wilson interval
--   conversion         share(went_further / reached)  so far; open ones count as not converted
with

people_of as (

    select
        i.login_id,
        i.trainer_id as person_id,
        row_number() over (partition by i.login_id order by i.recorded_at desc, i.trainer_id) as place

    from trainer_identities as i

),

steps as (

    select
        coalesce(p.person_id, e.trainer_id) as person_id,
        e.vendor_id,
        e.campaign_id,
        e.occurred_at,
        case e.outcome
            when 'invited' then 1
            when 'quiz' then 2
            when 'calibration' then 3
            when 'gated' then 4
            when 'production' then 5
            when 'proficient' then 6
            when 'offboarded' then 0
        end as place

    from annotation_events as e

    left join people_of as p
        on p.login_id = e.trainer_id
        and p.place = 1

    where e.event_type = 'trainer_stage_reached'
        and e.outcome in (
            'invited', 'quiz', 'calibration', 'gated', 'production', 'proficient', 'offboarded'
        )
        and e.day < :as_of
        and e.time_basis = 'recorded'
        and e.trainer_id is not null

),

newcomers as (

    select
        s.campaign_id,
        s.person_id,
        max(s.vendor_id) as vendor_id,
        max(s.place) as furthest,
        max(s.occurred_at) as last_at,
        max(case when s.place = 0 then s.occurred_at end) as left_at,
        cast(date_trunc('month', min(s.occurred_at)) as date) as cohort

    from steps as s

    group by s.campaign_id, s.person_id

    having max(s.place) > 0

),

-- the first time of each stage, and of the next one known
first_times as (

    select
        s.campaign_id,
        s.person_id,
        s.place,
        min(s.occurred_at) as reached_at

    from steps as s

    where s.place > 0

    group by s.campaign_id, s.person_id, s.place

),

moves as (

    select
        f.campaign_id,
        f.person_id,
        f.place,
        f.reached_at,
        lead(f.reached_at) over (partition by f.campaign_id, f.person_id order by f.place) as next_at

    from first_times as f

),

stages as (

    select 1 as place, 'invited' as stage

    union all

    select 2 as place, 'quiz' as stage

    union all

    select 3 as place, 'calibration' as stage

    union all

    select 4 as place, 'gated' as stage

    union all

    select 5 as place, 'production' as stage

    union all

    select 6 as place, 'proficient' as stage

),

people_at_stages as (

    select
        n.campaign_id,
        n.vendor_id,
        n.cohort,
        t.place,
        t.stage,
        n.furthest,
        case
            when n.furthest = t.place and t.place < 6 and (n.left_at is null or n.left_at < n.last_at)
                then 1
            else 0
        end as is_waiting,
        m.reached_at,
        m.next_at

    from newcomers as n

    cross join stages as t

    left join moves as m
        on m.campaign_id = n.campaign_id
        and m.person_id = n.person_id
        and m.place = t.place

)

select
    p.campaign_id,
    p.vendor_id,
    p.cohort,
    p.stage,
    cast(p.place as bigint) as place,
    cast(count(*) as bigint) as invited,
    cast(sum(case when p.furthest >= p.place then 1 else 0 end) as bigint) as reached,
    cast(sum(case when p.furthest > p.place then 1 else 0 end) as bigint) as went_further,
    cast(sum(p.is_waiting) as bigint) as waiting,
    quantile_cont(
        case
            when p.is_waiting = 1
                then date_diff('second', p.reached_at, cast(:as_of as timestamp)) / 86400.0
        end,
        0.5
    ) as waiting_days,
    quantile_cont(date_diff('second', p.reached_at, p.next_at) / 86400.0, 0.5) as days_to_next

from people_at_stages as p

group by p.campaign_id, p.vendor_id, p.cohort, p.stage, p.place

order by p.campaign_id, p.vendor_id, p.cohort, p.place
