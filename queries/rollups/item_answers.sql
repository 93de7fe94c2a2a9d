-- What was answered on each item, and by how many.
--
-- The answers that stand, of annotators: what a reviewer or an adjudicator answers has seen the others' and is not
-- independent. On a scale of numbers an answer without one (hard to say) is no answer. The day is that of the last
-- annotation that answered the question. Items with one annotation are here too. A person who answered more than once, as
-- happens with gold, gave as many annotations, and is one of the people with the first answer; whoever is unknown is
-- another person each time.
--
-- grain: campaign_id, item_id, question_id, scale, value_text, value_number
-- refresh: item_id
-- returns:
--   item_id       text
--   campaign_id   text
--   task_type     text
--   gold_kind     text
--   question_id   text
--   scale         text
--   day           date
--   value_text    text
--   value_number  double?
--   given         bigint   annotations that gave this answer
--   annotations   bigint   annotations that answered the question
--   first_given   bigint   people whose first answer it was
--   people        bigint   people who answered the question
with

independent as (

    select
        a.*,
        row_number() over (
            partition by
                a.campaign_id,
                a.item_id,
                a.question_id,
                a.scale,
                a.trainer_id,
                case when a.trainer_id is null then a.assignment_id end
            order by a.pass_no, a.day, a.assignment_id
        ) as time_no

    from answers as a

    where coalesce(a.role, 'annotator') not in ('reviewer', 'adjudicator')
        and (a.scale = 'nominal' or a.value_number is not null)

),

asked as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        i.scale,
        max(i.task_type) as task_type,
        max(case i.gold_kind when 'hidden' then 2 when 'training' then 1 else 0 end) as gold,
        max(i.day) as day,
        count(*) as annotations,
        sum(case when i.time_no = 1 then 1 else 0 end) as people

    from independent as i

    group by i.campaign_id, i.item_id, i.question_id, i.scale

),

given as (

    select
        i.campaign_id,
        i.item_id,
        i.question_id,
        i.scale,
        i.value_text,
        i.value_number,
        count(*) as given,
        sum(case when i.time_no = 1 then 1 else 0 end) as first_given

    from independent as i

    group by i.campaign_id, i.item_id, i.question_id, i.scale, i.value_text, i.value_number

)

select
    g.item_id,
    g.campaign_id,
    q.task_type,
    case q.gold when 2 then 'hidden' when 1 then 'training' else 'none' end as gold_kind,
    g.question_id,
    g.scale,
    q.day,
    g.value_text,
    g.value_number,
    g.given,
    q.annotations,
    cast(g.first_given as bigint) as first_given,
    cast(q.people as bigint) as people

from given as g

join asked as q
    on q.campaign_id = g.campaign_id
    and q.item_id = g.item_id
    and q.question_id = g.question_id
    and q.scale = g.scale
