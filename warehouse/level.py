"""Where a noisy series stands today and how far it may move: a level that drifts, with a trend that fades.

How fast the level drifts, how much single values scatter and whether it jumped of late cannot be known from a few weeks,
so they are weighed, not estimated: a Kalman filter (Harvey 1989) runs for every combination of a grid at once, and each
counts as much as its likelihood says. What is simulated from that holds the doubt about all of them.

Pure functions of arrays.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

FADING = 0.9
"""What is left of a trend after a step: a ramp-up gains ten times its daily growth, then is over."""
SURPRISE = 3.0
"""Standard deviations from which a value counts no more than this: one odd day moves no level."""
JUMP = 0.3
"""Standard deviation of a jump of the level (log scale)."""
JUMPS_A_STEP = 1 / 150
LATELY = 45
"""Steps back to which a jump is looked for, and residuals are kept; an older jump has long become the level."""
EVERY = 4
"""A jump is looked for at each fourth step: a nearer one would be the same."""


@dataclass(frozen=True)
class Belief:
    """What is thought of today's level, one entry per hypothesis, and the scatter of values about it."""

    weight: np.ndarray
    """How likely each hypothesis is; sums to 1."""
    level: np.ndarray
    trend: np.ndarray
    variance: np.ndarray
    """Of level, of both together, of trend; shape ``(3, hypotheses)``."""
    drift: np.ndarray
    """Standard deviation of the level's step."""
    residuals: np.ndarray
    """Values of late less what was expected of them, scaled to the noise of a usual step."""
    may_jump: bool

    @property
    def middle(self) -> float:
        """The level that is expected."""
        return float(self.weight @ self.level)

    def levels(self, draw: np.random.Generator, paths: int, steps: int) -> np.ndarray:
        """Levels to come, shape ``(paths, steps)``: doubt about today, fading trend and drift."""
        cut = (np.arange(paths) + draw.random(paths)) / paths
        chosen = np.minimum(np.searchsorted(np.cumsum(self.weight), cut), len(self.weight) - 1)
        chosen = draw.permutation(chosen)
        own, both, slope = self.variance[:, chosen]
        first, second = draw.standard_normal((2, paths))
        root = np.sqrt(slope)
        shared = np.divide(both, root, out=np.zeros(paths), where=root > 0)
        level = (
            self.level[chosen] + shared * second + np.sqrt(np.maximum(own - shared**2, 0)) * first
        )
        trend = self.trend[chosen] + root * second
        fading = np.cumsum(FADING ** np.arange(steps)).astype(np.float32)
        walk = draw.standard_normal((paths, steps), dtype=np.float32)
        walk *= self.drift[chosen, None].astype(np.float32)
        if self.may_jump:
            number = draw.poisson(JUMPS_A_STEP * walk.size)
            where = draw.integers(0, walk.size, number)
            np.add.at(
                walk.reshape(-1), where, JUMP * draw.standard_normal(number, dtype=np.float32)
            )
        np.cumsum(walk, axis=1, out=walk)
        walk += level[:, None].astype(np.float32)
        walk += trend[:, None].astype(np.float32) * fading
        return walk


def believe(
    values: np.ndarray,
    *,
    drifts: Sequence[float],
    noises: Sequence[float],
    weight: np.ndarray | None = None,
    trend: tuple[float, float] = (0.0, 0.0),
    known_jumps: Collection[int] = (),
    may_jump: bool = True,
) -> Belief:
    """What ``values`` (one a step; nan says nothing) tell of today's level.

    ``drifts`` and ``noises`` are the standard deviations that are weighed. ``weight`` are what one unit of ``exp(level)``
    counts on each step, where values are logs of counts, whose own scatter then comes on top. ``trend`` is what was
    thought of it at first, mean and standard deviation. At ``known_jumps`` the level may have moved.
    """
    steps = len(values)
    lately = range(max(steps - LATELY, EVERY), steps - 1, EVERY) if may_jump else ()
    grid = np.array(list(product(drifts, noises, (-1, *lately))), float)
    moving, scatter, jumped = grid[:, 0] ** 2, grid[:, 1] ** 2, grid[:, 2]
    rare = JUMPS_A_STEP * EVERY
    likely = np.where(jumped < 0, np.log1p(-rare * len(lately)), np.log(rare))
    known = values[np.isfinite(values)]
    level = np.full(len(grid), np.median(known[:7]))
    slope = np.full(len(grid), trend[0])
    own, both, sloping = np.ones(len(grid)), np.zeros(len(grid)), np.full(len(grid), trend[1] ** 2)
    told = []
    for step in range(steps):
        if step:
            level, slope = level + slope, FADING * slope
            own = own + 2 * both + sloping + moving
            both, sloping = FADING * (both + sloping), FADING**2 * sloping
            own = np.where((jumped == step) | (step in known_jumps), own + JUMP**2, own)
        if not np.isfinite(values[step]):
            continue
        usual = np.zeros(len(grid)) if weight is None else 1 / np.maximum(np.exp(level), 0.5)
        noise = scatter if weight is None else scatter + np.minimum(usual / weight[step], 2)
        spread = np.sqrt(own + noise)
        off = (values[step] - level) / spread
        far = np.abs(off)
        likely -= np.log(spread) + np.where(
            far < SURPRISE, far**2 / 2, SURPRISE * (far - SURPRISE / 2)
        )
        told.append(off)
        gain, turn = own / spread**2, both / spread**2
        error = np.clip(off, -SURPRISE, SURPRISE) * spread
        level, slope = level + gain * error, slope + turn * error
        own, both, sloping = own * (1 - gain), both * (1 - gain), sloping - turn * both
    best = int(likely.argmax())
    weights = np.exp(likely - likely.max())
    recent = np.array(told)[-LATELY:, best]
    return Belief(
        weights / weights.sum(),
        level,
        slope,
        np.array([own, both, np.maximum(sloping, 0)]),
        np.sqrt(moving),
        recent * np.sqrt(scatter + usual)[best],
        may_jump,
    )
