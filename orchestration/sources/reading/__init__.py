"""Readers that parsers share; nothing here knows a source."""
