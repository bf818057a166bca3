"""Generates the large rule set; see generate.py."""
