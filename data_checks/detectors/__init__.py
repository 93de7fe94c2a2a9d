"""Detection of changes for the worse, with a stated rate of false flags. No database, no pages.

How it is used, one detector for each figure and direction that is watched:

    from data_checks.detectors import Detector, Settings

    detector = Detector("gold_accuracy", "down", Settings(months_between_false_flags=20))
    detector.add(counts, through=date(2026, 11, 21), guidelines=versions)
    detector.flags()        # one row per flag: regression, mix, floor; of campaigns and the team
    detector.save(path)     # numbers and names only, no code

    detector = Detector.load(path, settings)     # the next day: only the new days are needed
    detector.add(counts_of_the_new_days, through=date(2026, 11, 22))

In goes one row per person, kind of task and day (additive, so any roll-up will do):

    campaign_id, vendor_id, trainer_id, onboarding_cohort, task_type    texts, may be null
    day         the day of the units, UTC
    units, bad  how many there were, and how many of them were bad (0 <= bad <= units)

"Bad" is what the figure counts against people: a wrong gold, a rejection, a rework, a handle time
longer than the usual one. A figure watched both ways has two detectors; for the other way give
``units - bad``. Days up to ``through`` without rows are days without work. ``guidelines`` has
campaign_id, guideline_version, effective_date (the version in force at the beginning is no change).

Each day is judged with what was known at its end, so that feeding 180 days at once (a replay) and
day by day, saved and loaded in between, give the same flags. Days come in order: ``add`` refuses
rows of days that it has passed. When old days changed (late reviews, golds scored again), begin
anew or from a state that was saved before the first changed day; ``through`` says how far one goes.

Out come tables:

    flags()     scope, campaign_id, metric, direction, kind (regression, mix, floor), severity,
                opened, closed, onset_est, effect (signed, in points of the share), effect_low,
                effect_high, n, cause_dimension, cause_segment, posterior, cause7_dimension,
                cause7_segment, posterior7, months (1 false flag in so many months would still
                have shown it). (scope, campaign_id, metric, direction, kind, opened) is its key and
                never changes; closed may, and for seven days onset_est, effect and cause7.
                Regressions are told for ever, mix and floor for the last two months at least:
                keep what was told, and close what is told as closed.
    causes()    the same key, place 1 to 3, dimension, segment, posterior: as of the last estimate
    daily()     campaign_id, day, units, bad, expected, low, high: what the past let expect of those
                who worked that day at what they worked on, and the range (95 %) of a usual day
    visible()   campaign_id, drop: the smallest change that the last 14 days could have shown
"""

from data_checks.detectors.detector import Detector
from data_checks.detectors.settings import Settings

__all__ = ["Detector", "Settings"]
