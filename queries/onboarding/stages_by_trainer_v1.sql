-- How far each newcomer has come, and when each stage was reached.
--
-- The first time that a trainer reached each stage of a campaign before as_of, on the day the source says;
-- stages of assumed times are left out, and so are people without an id. The cohort is the month of the
-- first of these stages. A stage that has not been reached is empty: it may still come.
--
-- grain: trainer_id, campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   trainer_id       text
--   vendor_id        text?
--   campaign_id      text
--   cohort           date        first day of the month of the first stage
--   furthest_stage   text        of invited, quiz, calibration, gated, production, proficient
--   is_gone          boolean     the latest stage is offboarded
--   invited_at       timestamp?  UTC
--   quiz_at          timestamp?
--   calibration_at   timestamp?
--   gated_at         timestamp?
--   production_at    timestamp?
--   proficient_at    timestamp?
--   offboarded_at    timestamp?  the latest
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
        e.outcome,
        e.occurred_at

    from annotation_events as e

    left join people_of as p
        on p.login_id = e.trainer_id
        and p.place = 1

    where e.event_type = 'trainer_stage_reached'
        and e.day < :as_of
        and e.time_basis = 'recorded'
        and e.trainer_id is not null

),

people_stages as (

    select
        s.person_id,
        max(s.vendor_id) as vendor_id,
        s.campaign_id,
        min(s.occurred_at) as first_at,
        max(s.occurred_at) as last_at,
        min(case when s.outcome = 'invited' then s.occurred_at end) as invited_at,
        min(case when s.outcome = 'quiz' then s.occurred_at end) as quiz_at,
        min(case when s.outcome = 'calibration' then s.occurred_at end) as calibration_at,
        min(case when s.outcome = 'gated' then s.occurred_at end) as gated_at,
        min(case when s.outcome = 'production' then s.occurred_at end) as production_at,
        min(case when s.outcome = 'proficient' then s.occurred_at end) as proficient_at,
        max(case when s.outcome = 'offboarded' then s.occurred_at end) as offboarded_at

    from steps as s

    group by s.person_id, s.campaign_id

)

select
    s.person_id as trainer_id,
    s.vendor_id,
    s.campaign_id,
    cast(date_trunc('month', s.first_at) as date) as cohort,
    case
        when s.proficient_at is not null then 'proficient'
        when s.production_at is not null then 'production'
        when s.gated_at is not null then 'gated'
        when s.calibration_at is not null then 'calibration'
        when s.quiz_at is not null then 'quiz'
        else 'invited'
    end as furthest_stage,
    coalesce(s.offboarded_at = s.last_at, false) as is_gone,
    s.invited_at,
    s.quiz_at,
    s.calibration_at,
    s.gated_at,
    s.production_at,
    s.proficient_at,
    s.offboarded_at

from people_stages as s

where s.invited_at is not null
    or s.quiz_at is not null
    or s.calibration_at is not null
    or s.gated_at is not null
    or s.production_at is not null
    or s.proficient_at is not null

order by s.campaign_id, s.person_id
