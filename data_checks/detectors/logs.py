"""Sums and means of likelihood ratios that are kept as logarithms."""

from __future__ import annotations

import numpy as np

NO_EVIDENCE = -1e9


def log_mean(ratios: np.ndarray) -> np.ndarray:
    """The log mean of likelihood ratios over the sizes of change (first axis)."""
    top = ratios.max(axis=0)
    return top + np.log(np.exp(ratios - top).mean(axis=0))


def log_sum(values: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    """The logarithm of a sum of exponentials."""
    top = values.max(axis=axis, keepdims=True)
    return np.log(np.exp(values - top).sum(axis=axis)) + np.squeeze(top, axis)


def mixed(ratio: np.ndarray, part: float) -> np.ndarray:
    """Log-likelihood ratio of a trainer who carries a change with probability ``part``."""
    return np.log1p(part * np.expm1(np.minimum(ratio, 60)))
