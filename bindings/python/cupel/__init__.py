"""Cupel in Python.

`cupel.plugin` is what plugins are written with, `cupel.host` is what runs them
in a process of their own. Neither needs anything but the standard library.
"""
