"""Bringing files to the disk: always, unless the environment says that a home is thrown away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.base.files import write_text


@pytest.mark.parametrize(("said", "waits"), [(None, 2), ("1", 2), ("0", 0)])
def test_a_file_and_its_folder_reach_the_disk(
    said: str | None, waits: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if said is None:
        monkeypatch.delenv("MOBILITY_SYNC", raising=False)
    else:
        monkeypatch.setenv("MOBILITY_SYNC", said)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    write_text(tmp_path / "file", "text\n")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "text\n"
    assert len(synced) == waits
