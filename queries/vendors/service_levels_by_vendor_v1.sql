-- What each vendor agreed to deliver on each campaign: the service levels in force.
--
-- From the newest version of each charter, those in force on the day before as_of: they began before as_of and
-- had not ended by that day.
--
-- grain: campaign_id, vendor_id, figure
-- params:
--   as_of  date  day asked about; the day before it is the last that counts
-- returns:
--   campaign_id  text
--   vendor_id    text
--   figure       text    gold_accuracy, first_pass, final_acceptance, rework_rate, turnaround_hours or weekly_submitted
--   level        double  what was agreed: at least, for rework and turnaround at most
--   starts_on    date
with

versions as (

    select
        c.campaign_id,
        max(c.version) as version

    from charters as c

    group by c.campaign_id

),

in_force as (

    select
        t.campaign_id,
        t.vendor_id,
        t.name as figure,
        t.amount as level,
        t.starts_on,
        row_number() over (
            partition by t.campaign_id, t.vendor_id, t.name order by t.starts_on desc
        ) as place

    from charter_terms as t

    inner join versions as v
        on v.campaign_id = t.campaign_id
        and v.version = t.version

    where t.kind = 'level'
        and t.starts_on < :as_of
        and (t.ends_on is null or t.ends_on >= :as_of)

)

select
    f.campaign_id,
    f.vendor_id,
    f.figure,
    f.level,
    f.starts_on

from in_force as f

where f.place = 1

order by f.campaign_id, f.vendor_id, f.figure
