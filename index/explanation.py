"""How a score came about: a tree of numbers, each with the words that say what it is and what it was computed from.

The functions here compute the value of a node from its parts, in their order, with the arithmetic of floats; so whoever
does the same with what was handed out gets the same value to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import add, mul


class Operator(StrEnum):
    """How a value follows from its parts, from the first to the last."""

    LEAF = "leaf"
    """It has none: it was counted, looked up or chosen."""
    SUM = "sum"
    PRODUCT = "product"
    QUOTIENT = "quotient"
    """The first of two, divided by the second."""
    GREATEST = "greatest"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number of a score."""

    value: float
    description: str
    operator: Operator = Operator.LEAF
    details: tuple[Explanation, ...] = ()


def figure(description: str, value: float) -> Explanation:
    """A number that has no parts."""
    return Explanation(float(value), description)


def total(description: str, parts: Sequence[Explanation]) -> Explanation:
    """The sum of at least one part."""
    return Explanation(reduce(add, (part.value for part in parts)), description, Operator.SUM, tuple(parts))


def product(description: str, parts: Sequence[Explanation]) -> Explanation:
    """The product of at least one part."""
    return Explanation(reduce(mul, (part.value for part in parts)), description, Operator.PRODUCT, tuple(parts))


def quotient(description: str, dividend: Explanation, divisor: Explanation) -> Explanation:
    """The first divided by the second."""
    return Explanation(dividend.value / divisor.value, description, Operator.QUOTIENT, (dividend, divisor))


def greatest(description: str, parts: Sequence[Explanation]) -> Explanation:
    """The greatest of at least one part."""
    return Explanation(max(part.value for part in parts), description, Operator.GREATEST, tuple(parts))
