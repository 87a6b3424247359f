"""A release as pages that one can read: no server, no network, nothing but the release's own data."""

from __future__ import annotations

from orchestration.site.build import build_site

__all__ = ["build_site"]
