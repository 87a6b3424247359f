"""Everything about the folders of a release: candidate, publication, rollback, verification, profile.

`build_candidate` makes a folder from the warehouse, the gate judges it, `publish` renames a copy
into place and switches `current`. Whoever publishes, from wherever, passes `publish`, and `publish`
asks the gate for a verdict on exactly these bytes.
"""

from __future__ import annotations

from orchestration.release.candidate import build_candidate
from orchestration.release.rollback import prune, rollback
from orchestration.release.store import (
    Release,
    current,
    follows_current,
    list_releases,
    publish,
    stands_published,
)
from orchestration.release.verify import verify

__all__ = [
    "Release",
    "build_candidate",
    "current",
    "follows_current",
    "list_releases",
    "prune",
    "publish",
    "rollback",
    "stands_published",
    "verify",
]
