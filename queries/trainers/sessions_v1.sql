-- When one trainer sat at work: the stretches without a pause of more than half an hour.
--
-- From the pieces of work whose time is known (submissions, reviews, booked sessions), gold included, day
-- by day in UTC: work across midnight is cut there. Pieces that overlap are worked once. Work of unknown
-- duration or assumed time is not here. A session is a reason to look, not a proof of anything.
--
-- grain: day, session
-- params:
--   trainer  text  the trainer asked about
--   since    date  first day, inclusive
--   until    date  first day after the range
-- returns:
--   day          date
--   session      bigint  1 for the first of the day
--   from_s       double  beginning, seconds since midnight UTC
--   to_s         double  end, seconds since midnight UTC
--   worked_s     double  seconds worked in it, overlaps counted once
--   pieces       bigint  submissions, reviews and booked sessions
--   submissions  bigint  of these submissions
--   reviews      bigint  of these reviews
--   cut          bigint  of these cut at the idle limit
with

pieces_of_work as (

    select
        w.work_id,
        w.day,
        w.kind,
        w.pieces,
        case when w.is_cut then w.pieces else 0 end as is_cut,
        w.from_s,
        w.to_s,
        max(w.to_s) over (
            partition by w.day
            order by w.from_s, w.to_s, w.work_id
            rows between unbounded preceding and 1 preceding
        ) as busy_until

    from work_pieces as w

    where w.trainer_id = :trainer
        and w.day >= :since
        and w.day < :until
        and w.from_s is not null
        and w.to_s is not null

),

numbered as (

    select
        p.*,
        sum(case when p.busy_until is null or p.from_s > p.busy_until + 1800.0 then 1 else 0 end) over (
            partition by p.day
            order by p.from_s, p.to_s, p.work_id
            rows between unbounded preceding and current row
        ) as session

    from pieces_of_work as p

)

select
    n.day,
    cast(n.session as bigint) as session,
    min(n.from_s) as from_s,
    max(n.to_s) as to_s,
    sum(greatest(0.0, n.to_s - greatest(n.from_s, coalesce(n.busy_until, 0.0)))) as worked_s,
    cast(sum(n.pieces) as bigint) as pieces,
    cast(sum(case when n.kind = 'submission' then n.pieces else 0 end) as bigint) as submissions,
    cast(sum(case when n.kind = 'review' then n.pieces else 0 end) as bigint) as reviews,
    cast(sum(n.is_cut) as bigint) as cut

from numbered as n

group by n.day, n.session

order by n.day, n.session
