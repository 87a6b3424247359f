"""Rules that several suites share, built from seeds so that a new year or metric needs no code."""
