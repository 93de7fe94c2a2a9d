-- What each trainer chooses when comparing two answers: the first, the second, or neither; the longer or
-- the shorter.
--
-- Answers that stand to nominal questions whose submission says what was compared (payload with "first" and
-- "second"): A is the first answer, B the second, tie neither. Hidden gold counts, training gold and the
-- answers of reviewers and adjudicators do not; work of unknown people is left out. Without bias the first
-- of two answers is chosen about half the time. That the longer is chosen more often need not be a bias:
-- longer answers may be better.
--
-- grain: trainer_id, vendor_id, campaign_id, question_id
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   trainer_id      text
--   vendor_id       text?
--   campaign_id     text
--   question_id     text
--   comparisons     bigint  answers A, B or tie
--   ties            bigint
--   decided         bigint  answers A or B
--   first_chosen    bigint  answers A
--   measured        bigint  decided ones between answers of known and different length
--   longer_chosen   bigint  of these in favour of the longer one
--   tie_share       share(ties / comparisons)         0 to 1, 95 % Wilson interval
--   first_share     share(first_chosen / decided)     0 to 1, 95 % Wilson interval
--   longer_share    share(longer_chosen / measured)   0 to 1, 95 % Wilson interval
with

comparisons as (

    select
        a.trainer_id,
        a.vendor_id,
        a.campaign_id,
        a.question_id,
        a.value_text as choice,
        cast(nullif(regexp_extract(e.payload, '"first_chars" *: *([0-9]+)', 1), '') as bigint)
            as first_chars,
        cast(nullif(regexp_extract(e.payload, '"second_chars" *: *([0-9]+)', 1), '') as bigint)
            as second_chars

    from answers as a

    inner join assignments as s
        on s.campaign_id = a.campaign_id
        and s.item_id = a.item_id
        and s.assignment_id = a.assignment_id
        and s.day = a.day

    inner join annotation_events as e
        on e.campaign_id = s.campaign_id
        and e.item_id = s.item_id
        and e.event_id = s.last_event_id

    where a.day >= :since
        and a.day < :until
        and a.scale = 'nominal'
        and a.value_text in ('A', 'B', 'tie')
        and a.gold_kind <> 'training'
        and a.trainer_id is not null
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')
        and e.day >= :since
        and e.payload like '%"first"%"second"%'

)

select
    c.trainer_id,
    c.vendor_id,
    c.campaign_id,
    c.question_id,
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

group by c.trainer_id, c.vendor_id, c.campaign_id, c.question_id

order by c.trainer_id, c.vendor_id, c.campaign_id, c.question_id
