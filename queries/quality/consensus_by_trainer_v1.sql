-- How often each person's answers are right: by weighing everybody against everybody, by the majority of the
-- others, and by gold.
--
-- As the newest run of the question weighed them. Probably right is the sum over the answers of how probable each
-- is; its interval takes these chances as they are. By majority counts answers to items on which more of the
-- others gave one answer than any other. By gold counts the answers that stand against the gold answer now in
-- force, training gold left out. Most people can be wrong alike: only gold can tell.
--
-- grain: trainer_id
-- params:
--   campaign  text
--   question  text
-- returns:
--   trainer_id    text
--   vendor_id     text?
--   answers       bigint  answers weighed
--   likely_right  double  of these right, by the probable answers
--   compared      bigint  answers that the others' majority can judge
--   alike         bigint  of these the same
--   scored        bigint  answers with a gold answer
--   correct       bigint  of these right
--   weighed       share(likely_right / answers)  0 to 1, 95 % Wilson interval
--   majority      share(alike / compared)        0 to 1, 95 % Wilson interval
--   gold          share(correct / scored)        0 to 1, 95 % Wilson interval
with

gold_versions as (

    select
        g.item_id,
        g.answer,
        row_number() over (partition by g.item_id order by g.recorded_at desc, g.answer) as place

    from gold_items as g

    where g.campaign_id = :campaign
        and g.question_id = :question

),

scores as (

    select
        a.trainer_id,
        count(*) as scored,
        sum(case when a.value_text = g.answer then 1 else 0 end) as correct

    from answers as a

    inner join gold_versions as g
        on g.item_id = a.item_id
        and g.place = 1

    where a.campaign_id = :campaign
        and a.question_id = :question
        and a.gold_kind <> 'training'
        and a.trainer_id is not null
        and coalesce(a.role, '') not in ('reviewer', 'adjudicator')

    group by a.trainer_id

)

select
    p.trainer_id,
    p.vendor_id,
    p.answers,
    p.likely_right,
    p.compared,
    p.alike,
    cast(coalesce(s.scored, 0) as bigint) as scored,
    cast(coalesce(s.correct, 0) as bigint) as correct

from consensus_people as p

left join scores as s
    on s.trainer_id = p.trainer_id

where p.campaign_id = :campaign
    and p.question_id = :question

order by p.trainer_id
