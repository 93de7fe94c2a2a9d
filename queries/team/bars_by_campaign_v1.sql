-- The quality bars each campaign has promised to hold.
--
-- The bars of the highest charter version; a version without bars has none, whatever
-- earlier versions said.
--
-- grain: campaign_id, figure, question_id
-- returns:
--   campaign_id  text
--   figure       text    e.g. gold_accuracy, first_pass, alpha
--   question_id  text    '' where the bar holds for all questions
--   bar          double  least value that is good enough
with

in_force as (

    select
        c.campaign_id,
        max(c.version) as version

    from charters as c

    group by c.campaign_id

)

select
    b.campaign_id,
    b.figure,
    b.question_id,
    max(b.bar) as bar

from charter_bars as b
inner join in_force as f on f.campaign_id = b.campaign_id and f.version = b.version

group by b.campaign_id, b.figure, b.question_id

order by b.campaign_id, b.figure, b.question_id
