"""Timings. They are measured and written down, never asserted."""
