-- What is probably the right answer to each question on one item, by majority and by weighing people against
-- each other.
--
-- As the newest run of each question weighed it (`python -m warehouse consensus`); questions that were never
-- weighed have no row. A run is stale when submissions of the campaign were recorded after it read them.
--
-- grain: question_id
-- params:
--   campaign  text
--   item      text
-- returns:
--   question_id  text
--   weighed      text     the probable answer
--   certainty    double   how probable it is, 0 to 1
--   majority     text?    the most common answer; empty where several are as common
--   majority_by  bigint   how many gave it
--   annotations  bigint   answers weighed
--   method       text
--   computed_at  timestamp  UTC
--   is_stale     boolean  newer submissions are there
with

submissions as (

    select max(e.last_recorded) as last_recorded

    from events_by_day as e

    where e.campaign_id = :campaign
        and e.event_type = 'assignment_submitted'

)

select
    c.question_id,
    c.answer as weighed,
    c.certainty,
    case when c.equals = 1 then c.majority end as majority,
    c.majority_by,
    c.annotations,
    n.method,
    n.recorded_at as computed_at,
    coalesce(s.last_recorded > n.known_until, false) as is_stale

from consensus_items as c

inner join consensus_runs as n
    on n.campaign_id = c.campaign_id
    and n.question_id = c.question_id

cross join submissions as s

where c.campaign_id = :campaign
    and c.item_id = :item

order by c.question_id
