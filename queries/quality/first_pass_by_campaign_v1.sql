-- Of the work submitted and reviewed since, the share that passed its first review.
--
-- The first review outcome of an assignment counts, whatever comes later; accepted with a fix is a pass
-- and is also counted apart, escalated is not. Assignments are dated by their first submission, not by the
-- review. Gold of either kind does not count, reviewed or not: acceptance is of work that is delivered,
-- and gold has its key. Skipped and expired work does not count either. Work without a review counts in
-- coverage; lowest and highest are what first pass would be over all submitted work if none, or all, of
-- the unreviewed work passed.
--
-- grain: campaign_id
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id        text
--   submitted          bigint  assignments submitted
--   reviewed           bigint  of these reviewed at least once
--   accepted           bigint  of the reviewed, passed the first review, with or without a fix
--   accepted_with_fix  bigint  of the accepted, those that the reviewer had to fix
--   first_pass         share(accepted / reviewed)   0 to 1, 95 % Wilson interval
--   coverage           ratio(reviewed / submitted)  how much of the work is reviewed
--   lowest             double  first pass if no unreviewed assignment passes
--   highest            double  first pass if every unreviewed assignment passes
with

campaign_sums as (

    select
        s.campaign_id,
        cast(sum(s.submitted) as bigint) as submitted,
        cast(sum(s.reviewed) as bigint) as reviewed,
        cast(sum(s.first_accepted + s.first_fixed) as bigint) as accepted,
        cast(sum(s.first_fixed) as bigint) as accepted_with_fix

    from vendor_submissions_by_day as s

    where s.day >= :since
        and s.day < :until

    group by s.campaign_id

)

select
    campaign_id,
    submitted,
    reviewed,
    accepted,
    accepted_with_fix,
    cast(accepted as double) / submitted as lowest,
    cast(accepted + submitted - reviewed as double) / submitted as highest

from campaign_sums

where submitted > 0

order by campaign_id
