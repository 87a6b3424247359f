"""A release as pages that one can read: no server, no network, nothing but the release's own data."""

from __future__ import annotations

from orchestration.site.build import FOLDER, build_site, write_into

__all__ = ["FOLDER", "build_site", "write_into"]
