-- How often preferences among three answers to one prompt go round in a circle.
--
-- Of each two answers to a prompt the one preferred by more people wins; a triad is three answers to one
-- prompt of which each pair has a winner. It is intransitive if each of the three wins once. Answers are
-- told apart by the names that the submission gives them (payload with "prompt", "first" and "second");
-- hidden gold counts, training gold and the answers of reviewers and adjudicators do not. By chance a
-- quarter of all triads goes in a circle.
--
-- grain: campaign_id, question_id
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   campaign_id         text
--   question_id         text
--   pairs               bigint  pairs of answers to one prompt that were compared
--   drawn_pairs         bigint  of these without a winner
--   triads              bigint  triads with three winners
--   intransitive        bigint  of these in a circle
--   intransitive_share  share(intransitive / triads)  0 to 1, 95 % Wilson interval
with

votes as (

    select
        c.campaign_id,
        c.question_id,
        c.prompt,
        c.one,
        c.other,
        sum(c.lead_of_one) as lead_of_one

    from comparisons as c

    where c.day >= :since
        and c.day < :until
        and c.one is not null

    group by c.campaign_id, c.question_id, c.prompt, c.one, c.other

),

pair_counts as (

    select
        v.campaign_id,
        v.question_id,
        count(*) as pairs,
        sum(case when v.lead_of_one = 0 then 1 else 0 end) as drawn_pairs

    from votes as v

    group by v.campaign_id, v.question_id

),

-- two pairs that share an answer, joined before the third pair, which many prompts lack; lead_of_one is 0 where the
-- shared answer wins or loses both, so that no circle can close
chains as (

    select
        x.campaign_id,
        x.question_id,
        x.prompt,
        x.one,
        y.other as three,
        case when x.lead_of_one * y.lead_of_one > 0 then x.lead_of_one else 0 end as lead_of_one

    from votes as x

    inner join votes as y
        on y.campaign_id = x.campaign_id
        and y.question_id = x.question_id
        and y.prompt = x.prompt
        and y.one = x.other

    where x.lead_of_one <> 0
        and y.lead_of_one <> 0

),

triads as (

    select
        c.campaign_id,
        c.question_id,
        count(*) as triads,
        sum(case when c.lead_of_one * z.lead_of_one < 0 then 1 else 0 end) as intransitive

    from chains as c

    inner join votes as z
        on z.campaign_id = c.campaign_id
        and z.question_id = c.question_id
        and z.prompt = c.prompt
        and z.one = c.one
        and z.other = c.three

    where z.lead_of_one <> 0

    group by c.campaign_id, c.question_id

)

select
    p.campaign_id,
    p.question_id,
    cast(p.pairs as bigint) as pairs,
    cast(p.drawn_pairs as bigint) as drawn_pairs,
    cast(coalesce(t.triads, 0) as bigint) as triads,
    cast(coalesce(t.intransitive, 0) as bigint) as intransitive

from pair_counts as p

left join triads as t
    on t.campaign_id = p.campaign_id
    and t.question_id = p.question_id

order by p.campaign_id, p.question_id
