-- What people choose when they compare two answers, week by week: the first, the second, or neither; the
-- longer or the shorter.
--
-- Answers that stand to nominal questions whose submission says what was compared (payload with "first" and
-- "second"): A is the first answer, B the second, tie neither. Hidden gold counts, training gold and the
-- answers of reviewers and adjudicators do not. Without bias the first of two answers is chosen about half
-- the time. That the longer is chosen more often need not be a bias: longer answers may be better.
--
-- grain: campaign_id, vendor_id, question_id, week
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id     text
--   vendor_id       text?
--   question_id     text
--   week            date    Monday of the week of first submission, UTC
--   comparisons     bigint  answers A, B or tie
--   ties            bigint
--   decided         bigint  answers A or B
--   first_chosen    bigint  answers A
--   measured        bigint  decided ones between answers of known and different length
--   longer_chosen   bigint  of these in favour of the longer one
--   tie_share       share(ties / comparisons)         0 to 1, 95 % Wilson interval
--   first_share     share(first_chosen / decided)     0 to 1, 95 % Wilson interval
--   longer_share    share(longer_chosen / measured)   0 to 1, 95 % Wilson interval
select
    c.campaign_id,
    c.vendor_id,
    c.question_id,
    cast(date_trunc('week', c.day) as date) as week,
    cast(count(*) as bigint) as comparisons,
    cast(count(*) filter (where c.choice = 'tie') as bigint) as ties,
    cast(count(*) filter (where c.choice <> 'tie') as bigint) as decided,
    cast(count(*) filter (where c.choice = 'A') as bigint) as first_chosen,
    cast(count(*) filter (where c.choice <> 'tie' and c.first_chars <> c.second_chars) as bigint)
        as measured,
    cast(
        count(*) filter (
            where (c.choice = 'A' and c.first_chars > c.second_chars)
                or (c.choice = 'B' and c.first_chars < c.second_chars)
        ) as bigint
    ) as longer_chosen

from comparisons as c

where c.day >= :since
    and c.day < :until

group by c.campaign_id, c.vendor_id, c.question_id, cast(date_trunc('week', c.day) as date)

order by c.campaign_id, c.vendor_id, c.question_id, week
