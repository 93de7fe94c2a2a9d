-- One trainer's work and its quality, week by week.
--
-- Production work in the week of first submission; its reviews count whenever they came. Scored is hidden
-- gold only, training gold counts apart. A week without work has no row.
--
-- grain: campaign_id, task_type, week
-- params:
--   trainer  text  the trainer asked about
--   since    date  first day, inclusive
--   until    date  first day after the range
-- returns:
--   campaign_id     text
--   task_type       text
--   week            date    Monday of the week of first submission, UTC
--   submitted       bigint  assignments submitted
--   skipped         bigint  assignments skipped
--   reviewed        bigint  of the submitted, reviewed at least once
--   first_accepted  bigint  of the reviewed, passed the first review, with or without a fix
--   rejections      bigint  rejection events of this work
--   reworked        bigint  assignments submitted again after a rejection
--   scored          bigint  hidden gold answers scored
--   correct         bigint  of these right
--   trained         bigint  training gold answers submitted
--   first_pass      share(first_accepted / reviewed)  0 to 1, 95 % Wilson interval
--   accuracy        share(correct / scored)           0 to 1, 95 % Wilson interval
select
    s.campaign_id,
    s.task_type,
    cast(date_trunc('week', s.day) as date) as week,
    cast(sum(s.submitted) as bigint) as submitted,
    cast(sum(s.skipped) as bigint) as skipped,
    cast(sum(s.reviewed) as bigint) as reviewed,
    cast(sum(s.first_accepted + s.first_fixed) as bigint) as first_accepted,
    cast(sum(s.rejections) as bigint) as rejections,
    cast(sum(s.reworked) as bigint) as reworked,
    cast(sum(s.gold_scored) as bigint) as scored,
    cast(sum(s.gold_correct) as bigint) as correct,
    cast(sum(s.gold_training) as bigint) as trained

from submissions_by_day as s

where s.day >= :since
    and s.day < :until
    and s.trainer_id = :trainer

group by s.campaign_id, s.task_type, cast(date_trunc('week', s.day) as date)

order by s.campaign_id, s.task_type, cast(date_trunc('week', s.day) as date)
