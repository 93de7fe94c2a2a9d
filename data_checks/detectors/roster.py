"""The people who worked lately: their cells, and the sums over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from data_checks.detectors.cells import Layout, sums_over


@dataclass
class GroupSums:
    """Sums over segments, then over trainers, in two steps: cells to blocks, blocks to segments."""

    fine: sparse.csr_matrix
    coarse: sparse.csr_matrix

    def __matmul__(self, cells: np.ndarray) -> np.ndarray:
        fine = self.fine @ cells
        blocks = self.coarse.shape[1]
        return np.concatenate([self.coarse @ fine[:blocks], fine[blocks:]])


@dataclass
class Roster:
    """The cells of the people who worked lately, and the sums over them."""

    cells: np.ndarray
    trainer: np.ndarray
    stratum: np.ndarray
    campaign: np.ndarray
    trainers: np.ndarray
    campaign_of_trainer: np.ndarray
    by_trainer: sparse.csr_matrix
    by_stratum: sparse.csr_matrix
    by_group: GroupSums
    campaign_of_group: np.ndarray
    by_campaign_of_trainer: sparse.csr_matrix
    vendor: np.ndarray
    by_vendor: sparse.csr_matrix
    kind: np.ndarray
    by_kind: sparse.csr_matrix

    def kind_prior(self, prior: np.ndarray) -> np.ndarray:
        """The prior of each vendor's kinds of task: that of any of its people."""
        told = np.ones((self.by_kind.shape[0], 1), dtype=np.float32)
        told[self.kind] = prior[self.trainer]
        return told


def roster_of(layout: Layout, is_active: np.ndarray) -> Roster:
    """The roster of the trainers with an active cell."""
    busy = np.unique(layout.trainer[is_active])
    cells = np.flatnonzero(np.isin(layout.trainer, busy))
    trainer = np.searchsorted(busy, layout.trainer[cells])
    of = layout.campaign_of_trainer[busy]
    by_trainer = sums_over(trainer, len(busy))
    blocks, block = np.unique(layout.block[cells], return_inverse=True)
    kinds, kind = np.unique(layout.kind[cells], return_inverse=True)
    fine = sparse.vstack([sums_over(block, len(blocks)), by_trainer]).tocsr()
    return Roster(
        cells,
        trainer,
        layout.stratum[cells],
        layout.campaign[cells],
        busy,
        of,
        by_trainer,
        layout.by_stratum[:, cells],
        GroupSums(fine, layout.segments.of_block[:, blocks]),
        np.concatenate([layout.segments.campaign, of]),
        sums_over(of, len(layout.campaigns)),
        layout.vendor_of_trainer[busy],
        sums_over(
            layout.vendor_of_trainer[busy], int(layout.vendor_of_trainer.max(initial=-1)) + 1
        ),
        kind,
        sums_over(kind, len(kinds)),
    )
