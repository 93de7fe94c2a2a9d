"""Checks: suites judge frames, findings become flags, people are told.

Importing this package is cheap; Great Expectations (5 to 15 s) is imported only by the modules
that judge.
"""
