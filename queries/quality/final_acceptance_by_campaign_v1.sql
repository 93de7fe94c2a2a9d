-- Of the work submitted and reviewed since, the share that stands accepted today.
--
-- The latest review outcome of an assignment counts: rework accepted in the end is accepted, and a
-- rejection that was overturned is not a rejection. Escalated work is reviewed and neither accepted nor
-- rejected: it is undecided. Assignments are dated by their first submission. Gold of either kind does not
-- count, reviewed or not: acceptance is of work that is delivered, and gold has its key. Skipped and
-- expired work does not count either. Lowest and highest are what the share over all submitted work may
-- still become if none, or all, of the undecided and unreviewed work is accepted.
--
-- grain: campaign_id
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id       text
--   submitted         bigint  assignments submitted
--   reviewed          bigint  of these reviewed at least once
--   accepted          bigint  of the reviewed, accepted at the latest review, with or without a fix
--   rejected          bigint  of the reviewed, rejected at the latest review
--   undecided         bigint  of the reviewed, escalated at the latest review
--   rejections        bigint  rejection events of this work, several of one assignment included
--   overturned        bigint  rejections of this work that were overturned
--   final_acceptance  share(accepted / reviewed)   0 to 1, 95 % Wilson interval
--   coverage          ratio(reviewed / submitted)  how much of the work is reviewed
--   lowest            double  accepted share of all submitted if nothing open is accepted
--   highest           double  accepted share of all submitted if everything open is accepted
with

campaign_sums as (

    select
        s.campaign_id,
        cast(sum(s.submitted) as bigint) as submitted,
        cast(sum(s.reviewed) as bigint) as reviewed,
        cast(sum(s.last_accepted) as bigint) as accepted,
        cast(sum(s.last_rejected) as bigint) as rejected,
        cast(sum(s.rejections) as bigint) as rejections,
        cast(sum(s.overturned) as bigint) as overturned

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
    rejected,
    reviewed - accepted - rejected as undecided,
    rejections,
    overturned,
    cast(accepted as double) / submitted as lowest,
    cast(submitted - rejected as double) / submitted as highest

from campaign_sums

where submitted > 0

order by campaign_id
