-- Every answer to one question of a campaign, for models that weigh people against each other.
--
-- The answers that stand on items whose last annotation fell in the range, beside the gold answer now in
-- force. Hidden gold counts, training gold and the answers of reviewers and adjudicators do not; neither do
-- answers of unknown people. This is long: it is for programs (Dawid-Skene), not for pages.
--
-- grain: item_id, assignment_id
-- params:
--   campaign  text
--   question  text
--   since     date  first day, inclusive
--   until     date  first day after the range
-- returns:
--   item_id        text
--   assignment_id  text
--   trainer_id     text
--   vendor_id      text?
--   value_text     text
--   value_number   double?
--   gold_answer    text?
with

item_days as (

    select distinct i.item_id

    from item_answers as i

    where i.campaign_id = :campaign
        and i.question_id = :question
        and i.day >= :since
        and i.day < :until
        and i.gold_kind <> 'training'

),

gold_versions as (

    select
        g.item_id,
        g.answer,
        row_number() over (partition by g.item_id order by g.recorded_at desc, g.answer) as place

    from gold_items as g

    where g.campaign_id = :campaign
        and g.question_id = :question

)

select
    a.item_id,
    a.assignment_id,
    a.trainer_id,
    a.vendor_id,
    a.value_text,
    a.value_number,
    g.answer as gold_answer

from answers as a

inner join item_days as d
    on d.item_id = a.item_id

left join gold_versions as g
    on g.item_id = a.item_id
    and g.place = 1

where a.campaign_id = :campaign
    and a.question_id = :question
    and a.trainer_id is not null
    and coalesce(a.role, '') not in ('reviewer', 'adjudicator')

order by a.item_id, a.assignment_id
