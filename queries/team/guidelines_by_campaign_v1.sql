-- Which guideline versions each campaign has worked by, and from which day.
--
-- Versions that were announced, and those known only from the work: these are dated by
-- their first submission, if its real time is known, and have no summary.
--
-- grain: campaign_id, guideline_version
-- returns:
--   campaign_id        text
--   guideline_version  text
--   effective_from     date
--   summary            text?  what changed, in the owner's words
--   is_announced       boolean
with

announcements as (

    select
        g.campaign_id,
        g.guideline_version,
        g.effective_from,
        g.summary,
        row_number() over (
            partition by g.campaign_id, g.guideline_version
            order by g.recorded_at desc, g.effective_from desc
        ) as place

    from guideline_versions as g

),

in_use as (

    select
        s.campaign_id,
        s.guideline_version,
        min(s.day) as effective_from

    from vendor_submissions_by_day as s

    where s.guideline_version is not null
        and s.time_basis = 'recorded'

    group by s.campaign_id, s.guideline_version

),

versions as (

    select
        a.campaign_id,
        a.guideline_version,
        a.effective_from,
        a.summary,
        true as is_announced

    from announcements as a

    where a.place = 1

    union all

    select
        u.campaign_id,
        u.guideline_version,
        u.effective_from,
        cast(null as text) as summary,
        false as is_announced

    from in_use as u
    left join announcements as a
        on a.campaign_id = u.campaign_id
        and a.guideline_version = u.guideline_version

    where a.guideline_version is null

)

select
    v.campaign_id,
    v.guideline_version,
    v.effective_from,
    v.summary,
    v.is_announced

from versions as v

order by v.campaign_id, v.effective_from, v.guideline_version
