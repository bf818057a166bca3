"""Example for Cupel: a wheel in which nothing is to be found."""
from math import pi


def circle(radius: float) -> float:
    return pi * radius * radius
