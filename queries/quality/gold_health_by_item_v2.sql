-- Which gold items are doubtful: wrong themselves (suspect), or known to the trainers (leaked).
--
-- Hidden gold scored in the 56 days before as_of, by the day of submission. The best are the quarter of the
-- campaign's trainers with the highest accuracy on at least 5 golds. Suspect: more than half of at least 4
-- answers of the best are wrong, or a fifth of at least 5 answers is disputed. Leaked: in the last 28 days shown
-- at least 12 times, answered right in 98 % or more, and in less than half the time usual for gold of its task type: an
-- answer that is passed around was not known from the start. Seconds are taken whatever the basis they were measured on.
--
-- grain: campaign_id, item_id
-- params:
--   as_of  date  day asked about; the 56 days before it count
-- returns:
--   campaign_id     text
--   item_id         text
--   task_type       text
--   shown           bigint   times answered
--   wrong           bigint   of these wrong
--   best_shown      bigint   answers of the best quarter of trainers
--   best_wrong      bigint   of these wrong
--   disputes        bigint   disputes opened in the 56 days
--   median_seconds  double?  of answers with a known duration
--   recent_shown    bigint   times answered in the last 28 days
--   recent_wrong    bigint   of these wrong
--   recent_seconds  double?  median of these with a known duration
--   usual_seconds   double?  median of all gold of the campaign and task type
--   is_suspect      boolean  the gold answer itself is probably wrong
--   is_leaked       boolean  the answer is probably known
--   wrong_share       share(wrong / shown)            0 to 1, 95 % Wilson interval
--   best_wrong_share  share(best_wrong / best_shown)  0 to 1, 95 % Wilson interval
with

scored_answers as (

    select
        a.campaign_id,
        a.item_id,
        a.task_type,
        coalesce(a.trainer_id, '') as person_id,
        case when a.day >= :as_of - interval '28' day then 1 else 0 end as is_recent,
        case when a.gold_score < 0.5 then 1 else 0 end as is_wrong,
        case when a.duration_basis <> 'none' then a.duration_s end as known_s

    from assignments as a

    where a.gold_kind <> 'training'
        and a.gold_score is not null
        and a.day >= :as_of - interval '56' day
        and a.day < :as_of

),

practised as (

    select
        w.campaign_id,
        w.person_id,
        count(*) as answered,
        cast(sum(w.is_wrong) as double) / count(*) as wrong_rate

    from scored_answers as w

    where w.person_id <> ''

    group by w.campaign_id, w.person_id

    having count(*) >= 5

),

ranked as (

    select
        p.campaign_id,
        p.person_id,
        row_number() over (
            partition by p.campaign_id order by p.wrong_rate, p.answered desc, p.person_id
        ) as place,
        count(*) over (partition by p.campaign_id) as people

    from practised as p

),

best as (

    select
        r.campaign_id,
        r.person_id

    from ranked as r

    where (r.place - 1) * 4 < r.people

),

usual as (

    select
        w.campaign_id,
        w.task_type,
        quantile_cont(w.known_s, 0.5) as usual_seconds

    from scored_answers as w

    where w.known_s is not null

    group by w.campaign_id, w.task_type

),

disputed as (

    select
        o.campaign_id,
        o.item_id,
        count(*) as disputes

    from second_opinions as o

    where o.event_type = 'dispute_opened'
        and o.day >= :as_of - interval '56' day
        and o.day < :as_of

    group by o.campaign_id, o.item_id

),

told as (

    select
        w.campaign_id,
        w.item_id,
        min(w.task_type) as task_type,
        count(*) as shown,
        sum(w.is_wrong) as wrong,
        sum(case when b.person_id is not null then 1 else 0 end) as best_shown,
        sum(case when b.person_id is not null then w.is_wrong else 0 end) as best_wrong,
        quantile_cont(w.known_s, 0.5) as median_seconds,
        sum(w.is_recent) as recent_shown,
        sum(w.is_recent * w.is_wrong) as recent_wrong,
        quantile_cont(case when w.is_recent = 1 then w.known_s end, 0.5) as recent_seconds

    from scored_answers as w

    left join best as b
        on b.campaign_id = w.campaign_id
        and b.person_id = w.person_id

    group by w.campaign_id, w.item_id

)

select
    t.campaign_id,
    t.item_id,
    t.task_type,
    cast(t.shown as bigint) as shown,
    cast(t.wrong as bigint) as wrong,
    cast(t.best_shown as bigint) as best_shown,
    cast(t.best_wrong as bigint) as best_wrong,
    cast(coalesce(d.disputes, 0) as bigint) as disputes,
    t.median_seconds,
    cast(t.recent_shown as bigint) as recent_shown,
    cast(t.recent_wrong as bigint) as recent_wrong,
    t.recent_seconds,
    u.usual_seconds,
    (t.best_shown >= 4 and t.best_wrong * 2 > t.best_shown)
        or (t.shown >= 5 and coalesce(d.disputes, 0) * 5 >= t.shown) as is_suspect,
    t.recent_shown >= 12
        and t.recent_wrong * 50 <= t.recent_shown
        and coalesce(t.recent_seconds * 2 < u.usual_seconds, false) as is_leaked

from told as t

left join usual as u
    on u.campaign_id = t.campaign_id
    and u.task_type = t.task_type

left join disputed as d
    on d.campaign_id = t.campaign_id
    and d.item_id = t.item_id

order by t.campaign_id, t.item_id
