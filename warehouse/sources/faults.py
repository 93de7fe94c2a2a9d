"""What is wrong with which row, one reason per row: the first that was found."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.sources import delimited


class Faults:
    """Reasons for which rows are set aside."""

    def __init__(self, rows: int) -> None:
        self.reasons = pa.nulls(rows, pa.string())

    def add(self, wrong: pa.Array, reason: str, found: pa.Array | None = None) -> None:
        """Mark the rows where ``wrong`` is true; ``found`` is quoted after the reason."""
        wrong = pc.fill_null(wrong, False)
        if not pc.any(wrong).as_py():
            return
        said = pa.scalar(reason)
        if found is not None:
            shown = pc.utf8_slice_codeunits(pc.fill_null(delimited.text(found), ""), 0, 80)
            said = pc.binary_join_element_wise(reason + ", found ", shown, "")
        new = pc.if_else(wrong, said, pa.scalar(None, pa.string()))
        self.reasons = pc.coalesce(self.reasons, new)

    @property
    def any(self) -> bool:
        return self.reasons.null_count < len(self.reasons)

    @property
    def rows(self) -> pa.Array:
        """Where the rows with a fault are."""
        return pc.indices_nonzero(pc.is_valid(self.reasons))

    @property
    def sound(self) -> pa.Array:
        """True for rows without a fault."""
        return pc.is_null(self.reasons)
