"""Random choices that are the same on every Python version.

Only random.Random.random() is promised to give the same sequence for the same
seed for ever, so everything here is built on it alone.
"""

import random


class Draw:
    """A seeded source of choices. Not thread-safe; one per generator."""

    def __init__(self, seed):
        self._rng = random.Random(seed)

    def below(self, n):
        """A whole number in [0, n)."""
        return int(self._rng.random() * n)

    def between(self, low, high):
        """A whole number in [low, high]."""
        return low + self.below(high - low + 1)

    def chance(self, p):
        """True with probability p."""
        return self._rng.random() < p

    def pick(self, items):
        """One of a sequence."""
        return items[self.below(len(items))]

    def weighted(self, pairs):
        """One of the values of (weight, value) pairs."""
        at = self._rng.random() * sum(weight for weight, _ in pairs)
        for weight, value in pairs:
            at -= weight
            if at < 0:
                return value
        return pairs[-1][1]

    def hex(self, digits):
        """A string of that many lower-case hexadecimal digits."""
        return "".join("0123456789abcdef"[self.below(16)]
                       for _ in range(digits))
