-- The preferences that go round in a circle: three answers to one prompt of which each beats the next.
--
-- As counted among the intransitive triads: of each two answers to a prompt the one preferred by more people wins.
-- Hidden gold counts, training gold and the answers of reviewers and adjudicators do not.
--
-- grain: campaign_id, question_id, prompt, one, two, three
-- params:
--   since  date    first day of submission, inclusive
--   until  date    first day after the range
--   limit  bigint  at most so many
-- returns:
--   campaign_id  text
--   question_id  text
--   prompt       text
--   one          text    beats two
--   two          text    beats three
--   three        text    beats one
--   comparisons  bigint  answers on these three pairs
with

votes as (

    select
        c.campaign_id,
        c.question_id,
        c.prompt,
        c.one,
        c.other,
        count(*) as comparisons,
        sum(c.lead_of_one) as lead_of_one

    from comparisons as c

    where c.day >= :since
        and c.day < :until
        and c.one is not null

    group by c.campaign_id, c.question_id, c.prompt, c.one, c.other

),

circles as (

    select
        x.campaign_id,
        x.question_id,
        x.prompt,
        x.one,
        case when x.lead_of_one > 0 then x.other else y.other end as two,
        case when x.lead_of_one > 0 then y.other else x.other end as three,
        cast(x.comparisons + y.comparisons + z.comparisons as bigint) as comparisons

    from votes as x

    inner join votes as y
        on y.campaign_id = x.campaign_id
        and y.question_id = x.question_id
        and y.prompt = x.prompt
        and y.one = x.other

    inner join votes as z
        on z.campaign_id = x.campaign_id
        and z.question_id = x.question_id
        and z.prompt = x.prompt
        and z.one = x.one
        and z.other = y.other

    where (x.lead_of_one > 0 and y.lead_of_one > 0 and z.lead_of_one < 0)
        or (x.lead_of_one < 0 and y.lead_of_one < 0 and z.lead_of_one > 0)

)

select
    c.campaign_id,
    c.question_id,
    c.prompt,
    c.one,
    c.two,
    c.three,
    c.comparisons

from circles as c

order by c.campaign_id, c.question_id, c.prompt, c.one, c.two, c.three

limit :limit
