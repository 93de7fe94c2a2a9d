-- Whether a trainer's answers vary as those of the others do, or are nearly always the same.
--
-- The answers that stand to nominal and ordinal questions, by the day of first submission, hidden gold
-- included, training gold and the answers of reviewers and adjudicators not. Entropy is 0 bits where all
-- answers are alike and 1 bit where two answers are equally common. A trainer who was given items of one
-- kind gives answers of one kind: a reason to look, not a proof. Work of unknown people is left out.
--
-- grain: trainer_id, vendor_id, campaign_id, question_id, scale
-- params:
--   since  date  first day of submission, inclusive
--   until  date  first day after the range
-- returns:
--   trainer_id          text
--   vendor_id           text?
--   campaign_id         text
--   question_id         text
--   scale               text    nominal or ordinal
--   answers             bigint
--   labels              bigint  different answers
--   most_common         text    the trainer's most common answer, the first in the alphabet of equals
--   most_common_by      bigint  times it was given
--   others_answers      bigint  answers of all others in the campaign
--   others_most_common  bigint  times that they gave this answer
--   entropy             double  bits per answer
--   campaign_entropy    double  of everybody's answers, this trainer's included
--   most_common_share   share(most_common_by / answers)             0 to 1, 95 % Wilson interval
--   others_share        share(others_most_common / others_answers)  how often the others give this answer
with

given_answers as (

    select
        d.trainer_id,
        coalesce(d.vendor_id, '') as vendor,
        d.campaign_id,
        d.question_id,
        d.scale,
        d.value_text,
        cast(sum(d.answers) as double) as given

    from trainer_labels_by_day as d

    where d.day >= :since
        and d.day < :until

    group by
        d.trainer_id,
        coalesce(d.vendor_id, ''),
        d.campaign_id,
        d.question_id,
        d.scale,
        d.value_text

),

campaign_labels as (

    select
        g.campaign_id,
        g.question_id,
        g.scale,
        g.value_text,
        sum(g.given) as given

    from given_answers as g

    group by g.campaign_id, g.question_id, g.scale, g.value_text

),

campaign_totals as (

    select
        l.campaign_id,
        l.question_id,
        l.scale,
        sum(l.given) as answers,
        (ln(sum(l.given)) - sum(l.given * ln(l.given)) / sum(l.given)) / ln(2.0) as entropy

    from campaign_labels as l

    group by l.campaign_id, l.question_id, l.scale

),

ranked as (

    select
        g.*,
        row_number() over (
            partition by g.trainer_id, g.vendor, g.campaign_id, g.question_id, g.scale
            order by g.given desc, g.value_text
        ) as place

    from given_answers as g

),

own_totals as (

    select
        r.trainer_id,
        r.vendor,
        r.campaign_id,
        r.question_id,
        r.scale,
        sum(r.given) as answers,
        count(*) as labels,
        max(case when r.place = 1 then r.value_text end) as most_common,
        max(r.given) as most_common_by,
        (ln(sum(r.given)) - sum(r.given * ln(r.given)) / sum(r.given)) / ln(2.0) as entropy

    from ranked as r

    group by r.trainer_id, r.vendor, r.campaign_id, r.question_id, r.scale

)

select
    o.trainer_id,
    nullif(o.vendor, '') as vendor_id,
    o.campaign_id,
    o.question_id,
    o.scale,
    cast(o.answers as bigint) as answers,
    cast(o.labels as bigint) as labels,
    o.most_common,
    cast(o.most_common_by as bigint) as most_common_by,
    cast(t.answers - o.answers as bigint) as others_answers,
    cast(l.given - o.most_common_by as bigint) as others_most_common,
    o.entropy,
    t.entropy as campaign_entropy

from own_totals as o

inner join campaign_totals as t
    on t.campaign_id = o.campaign_id
    and t.question_id = o.question_id
    and t.scale = o.scale

inner join campaign_labels as l
    on l.campaign_id = o.campaign_id
    and l.question_id = o.question_id
    and l.scale = o.scale
    and l.value_text = o.most_common

order by o.trainer_id, o.vendor, o.campaign_id, o.question_id, o.scale
