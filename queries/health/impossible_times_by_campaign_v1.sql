-- Work whose times cannot be true, by campaign.
--
-- Assignments of days before as_of; one that cannot be true in several ways counts in each of them. Where the source does not know
-- when work was done, only its duration is looked at, and only on bases that measure work: a task may lie open for days.
--
-- grain: campaign_id
-- params:
--   as_of  date  day asked about; what happened before it counts
-- returns:
--   campaign_id       text
--   reviewed_early    bigint  first reviewed before they were submitted
--   submitted_early   bigint  submitted before they were started
--   longer_than_a_day bigint  with a duration of more than 24 hours of one person's work
--   before_2000       bigint  of a day before the year 2000: a clock that was never set
select
    a.campaign_id,
    cast(
        sum(case when a.time_basis = 'recorded' and a.first_reviewed_at < a.submitted_at then 1 else 0 end) as bigint
    ) as reviewed_early,
    cast(
        sum(case when a.time_basis = 'recorded' and a.submitted_at < a.started_at then 1 else 0 end) as bigint
    ) as submitted_early,
    cast(
        sum(
            case
                when a.duration_basis in ('active', 'self_reported', 'vendor_billed') and a.duration_s > 86400 then 1
                else 0
            end
        ) as bigint
    ) as longer_than_a_day,
    cast(sum(case when a.day < date '2000-01-01' then 1 else 0 end) as bigint) as before_2000

from assignments as a

where a.day < :as_of

group by a.campaign_id

order by a.campaign_id
