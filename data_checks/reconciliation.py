"""Reconciliation: every row of every load is where the books say it is."""

from great_expectations import expectations as gxe

from data_checks.suite import Suite, about


def _nothing_missing(column: str, says: str) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column=column,
        min_value=0,
        max_value=0,
        severity="critical",
        description=says,
        meta=about(column, told="Difference {" + column + ":+,.0f} of {rows_read:,.0f} rows read."),
    )


reconciliation = Suite(
    name="reconciliation",
    says="Rows read = rows loaded + rows already there + rows quarantined, for every load.",
    query="health/reconciliation_by_load_v1",
    subject=("load_id",),
    n="rows_read",
    bears_on=("all",),
    closes_after=1,
    expectations=(
        _nothing_missing(
            "unaccounted", "A load has rows that were neither loaded, there, nor refused."
        ),
        _nothing_missing("missing", "A load's events are not as many as it wrote down."),
        _nothing_missing(
            "quarantine_missing", "A load's refused rows are not as many as it wrote down."
        ),
    ),
)
