-- How often each trainer gives the answer that the others gave on the same item.
--
-- For each answer of the trainer, the share of the other annotations of the item that give the same answer;
-- the figure is the mean over items. The answers that stand count, on the day of the trainer's submission,
-- hidden gold included, training gold and the answers of reviewers and adjudicators not; the others'
-- answers count whenever they came. Where answers are numbers, shift is how far the trainer lies above the
-- mean of the others, distance how far from it. Work of unknown people is left out.
--
-- grain: trainer_id, vendor_id, campaign_id, question_id, scale
-- params:
--   since  date  first day of the trainer's submission, inclusive
--   until  date  first day after the range
-- returns:
--   trainer_id      text
--   vendor_id       text?
--   campaign_id     text
--   question_id     text
--   scale           text     nominal, ordinal or interval
--   answers         bigint   answers to items that others answered too
--   agreement_sum   double   sum over them of the share of the others who agree
--   agreement       double   0 to 1: agreement_sum / answers
--   shift_sum       double?  sum over them of the answer less the mean of the others
--   shift           double?  its mean
--   distance        double?  mean of its size
with

counted as (

    select
        a.trainer_id,
        a.vendor_id,
        a.campaign_id,
        a.item_id,
        a.question_id,
        a.scale,
        a.value_text,
        case when a.scale <> 'nominal' then a.value_number end as own_number

    from answers as a

    where a.day >= :since
        and a.day < :until
        and a.gold_kind <> 'training'
        and a.trainer_id is not null
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')

),

item_totals as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        i.scale,
        sum(i.given * i.value_number) as total

    from item_answers as i

    where i.scale <> 'nominal'
        and i.annotations > 1
        and i.day >= :since
        -- few where one person is asked about
        and i.item_id in (select c.item_id from counted as c where c.scale <> 'nominal')

    group by i.campaign_id, i.item_id, i.question_id, i.scale

),

compared as (

    select
        c.trainer_id,
        c.vendor_id,
        c.campaign_id,
        c.question_id,
        c.scale,
        (i.given - 1.0) / (i.annotations - 1.0) as agreement,
        c.own_number - (t.total - c.own_number) / (i.annotations - 1.0) as shift

    from counted as c

    inner join item_answers as i
        on i.campaign_id = c.campaign_id
        and i.item_id = c.item_id
        and i.question_id = c.question_id
        and i.scale = c.scale
        and i.value_text = c.value_text

    left join item_totals as t
        on t.campaign_id = c.campaign_id
        and t.item_id = c.item_id
        and t.question_id = c.question_id
        and t.scale = c.scale

    where i.annotations > 1
        -- the item's last annotation is never before the trainer's own
        and i.day >= :since

)

select
    c.trainer_id,
    c.vendor_id,
    c.campaign_id,
    c.question_id,
    c.scale,
    cast(count(*) as bigint) as answers,
    sum(c.agreement) as agreement_sum,
    avg(c.agreement) as agreement,
    sum(c.shift) as shift_sum,
    avg(c.shift) as shift,
    avg(abs(c.shift)) as distance

from compared as c

group by c.trainer_id, c.vendor_id, c.campaign_id, c.question_id, c.scale

order by c.trainer_id, c.vendor_id, c.campaign_id, c.question_id, c.scale
