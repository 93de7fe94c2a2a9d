-- What the people who work for us are called.
--
-- The name told last of everybody whose name is known; others go by their pseudonym. Only for those whose role may
-- know names, and a vendor's person sees those who worked for that vendor.
--
-- grain: trainer_id
-- returns:
--   trainer_id  text
--   full_name   text
with

told as (

    select
        p.trainer_id,
        p.full_name,
        row_number() over (partition by p.trainer_id order by p.recorded_at desc, p.full_name) as place

    from people as p

    where p.full_name is not null

)

select
    t.trainer_id,
    t.full_name

from told as t

where t.place = 1

order by t.trainer_id
