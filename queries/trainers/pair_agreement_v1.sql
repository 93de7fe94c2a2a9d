-- How often each two people of a campaign give the same answer to a question on the same items.
--
-- The answers that stand, of items whose last annotation fell in the range; hidden gold counts, training
-- gold and the answers of reviewers and adjudicators do not. Where answers are numbers, distance is how far
-- the two lie apart on average. Pairs without a common item have no row; a person's two annotations of one
-- item are no pair. Under a scope both people must be in it.
--
-- grain: trainer_a, trainer_b, scale
-- params:
--   campaign  text
--   question  text
--   since     date  first day, inclusive
--   until     date  first day after the range
-- returns:
--   trainer_a  text
--   trainer_b  text     the one that comes later in the alphabet
--   scale      text     nominal, ordinal or interval
--   items      bigint   pairs of answers to the same item
--   alike      bigint   of these the same
--   distance   double?  mean distance of the two numbers
--   agreement  share(alike / items)  0 to 1, 95 % Wilson interval
with

item_days as (

    select
        i.item_id,
        i.scale

    from item_answers as i

    where i.campaign_id = :campaign
        and i.question_id = :question
        and i.day >= :since
        and i.day < :until
        and i.annotations > 1
        and i.gold_kind <> 'training'

    group by i.item_id, i.scale

),

independent as (

    select
        a.item_id,
        a.scale,
        a.trainer_id,
        a.value_text,
        case when a.scale <> 'nominal' then a.value_number end as number_given

    from answers as a

    inner join item_days as d
        on d.item_id = a.item_id
        and d.scale = a.scale

    where a.campaign_id = :campaign
        and a.question_id = :question
        and a.trainer_id is not null
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')

)

select
    a.trainer_id as trainer_a,
    b.trainer_id as trainer_b,
    a.scale,
    cast(count(*) as bigint) as items,
    cast(count(*) filter (where a.value_text = b.value_text) as bigint) as alike,
    avg(abs(a.number_given - b.number_given)) as distance

from independent as a

inner join independent as b
    on b.item_id = a.item_id
    and b.scale = a.scale

where a.trainer_id < b.trainer_id

group by a.trainer_id, b.trainer_id, a.scale

order by a.trainer_id, b.trainer_id, a.scale
