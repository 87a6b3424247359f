"""Builds a candidate, gives it a passing verdict and publishes it: the process that fault tests kill.

python -m tests.support.publisher HOME [build]

Every stage is told on standard output as soon as it is reached.
"""

from __future__ import annotations

import sys
from pathlib import Path

from orchestration import release
from orchestration.settings import Settings
from tests.support.verdict import write_verdict


def build(settings: Settings) -> Path:
    """A judged candidate."""
    candidate = release.build_candidate(settings)
    print("built", candidate.name, flush=True)
    write_verdict(candidate)
    return candidate


def build_and_publish(settings: Settings) -> Path:
    """A release of the warehouse as it stands."""
    published = release.publish(settings, build(settings), approver="the tests")
    print("published", published.name, flush=True)
    return published


if __name__ == "__main__":
    print("ready", flush=True)
    steps = build if sys.argv[2:] == ["build"] else build_and_publish
    steps(Settings(home=Path(sys.argv[1]), channel="sample"))
