"""Microdata archives: people and homes of the invented state (`orchestration.sample.microdata`)."""

from orchestration.sample.microdata.archives import archive as content

__all__ = ["content"]
