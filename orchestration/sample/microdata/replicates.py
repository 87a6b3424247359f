"""Replicate weights as the Census Bureau makes them: successive differences on a Hadamard matrix.

A record of the list in survey order takes two rows of the matrix and gets, in replicate r, its weight
times 1 + 2**-1.5 * (a[r] - b[r]): 1, 1.7 or 0.3. (Fay and Train 1995; design and methodology of the
ACS, chapter on variance estimation.)
"""

from __future__ import annotations

from functools import cache

_PRIME = 19
_MORE, _LESS = 1 + 2**-0.5, 1 - 2**-0.5


@cache
def _hadamard() -> tuple[tuple[int, ...], ...]:
    """A Hadamard matrix of order 80: Paley's of order 20, doubled twice."""
    squares = {number * number % _PRIME for number in range(1, _PRIME)}

    def symbol(number: int) -> int:
        return 0 if number % _PRIME == 0 else 1 if number % _PRIME in squares else -1

    first = [[1] * (_PRIME + 1)]
    for row in range(_PRIME):
        first.append([-1] + [symbol(row - column) + (row == column) for column in range(_PRIME)])
    matrix = [tuple(row) for row in first]
    for _ in range(2):
        upper = [row + row for row in matrix]
        lower = [row + tuple(-value for value in row) for row in matrix]
        matrix = upper + lower
    return tuple(matrix)


@cache
def _differences(place: int) -> tuple[int, ...]:
    """For each replicate 0, 1 or -1: whether the record at this place keeps, gains or loses weight."""
    matrix = _hadamard()
    one, other = matrix[1 + place % 79], matrix[1 + (place + 1) % 79]
    return tuple((a - b) // 2 for a, b in zip(one, other, strict=True))


def replicate_weights(weight: int, place: int) -> list[int]:
    """The 80 replicate weights of a record.

    Args:
        weight: its weight.
        place: its number in the order of the survey's list.
    """
    by_difference = {0: weight, 1: round(weight * _MORE), -1: round(weight * _LESS)}
    return [by_difference[difference] for difference in _differences(place % 79)]
