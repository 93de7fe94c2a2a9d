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

-- one beats two and two beats three, or the other way round: joined before the third pair, which many prompts lack
chains as (

    select
        x.campaign_id,
        x.question_id,
        x.prompt,
        x.one,
        x.other as second,
        y.other as third,
        x.lead_of_one,
        x.comparisons + y.comparisons as comparisons

    from votes as x

    inner join votes as y
        on y.campaign_id = x.campaign_id
        and y.question_id = x.question_id
        and y.prompt = x.prompt
        and y.one = x.other

    where x.lead_of_one * y.lead_of_one > 0

),

circles as (

    select
        c.campaign_id,
        c.question_id,
        c.prompt,
        c.one,
        case when c.lead_of_one > 0 then c.second else c.third end as two,
        case when c.lead_of_one > 0 then c.third else c.second end as three,
        cast(c.comparisons + z.comparisons as bigint) as comparisons

    from chains as c

    inner join votes as z
        on z.campaign_id = c.campaign_id
        and z.question_id = c.question_id
        and z.prompt = c.prompt
        and z.one = c.one
        and z.other = c.third

    where c.lead_of_one * z.lead_of_one < 0

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
