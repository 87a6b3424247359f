"""Bringing files to the disk: always, unless the environment says that a home is thrown away."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import pytest

from orchestration.base.files import folders_synced_at_the_end, write_text


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


def test_many_files_reach_the_disk_at_once_their_folder_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MOBILITY_SYNC", raising=False)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    folder = tmp_path.stat().st_ino
    with ThreadPoolExecutor(2) as threads, folders_synced_at_the_end():
        for name in "abc":
            threads.submit(copy_context().run, write_text, tmp_path / name, "text\n").result()
        with folders_synced_at_the_end():
            write_text(tmp_path / "d", "text\n")
        assert len(synced) == 4
        assert folder not in synced
    assert synced[4:] == [folder]
    write_text(tmp_path / "e", "text\n")
    assert synced[-1] == folder


def test_folders_reach_the_disk_after_an_error_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOBILITY_SYNC", raising=False)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    with pytest.raises(ValueError, match="broken"), folders_synced_at_the_end():
        write_text(tmp_path / "a", "text\n")
        raise ValueError("broken")
    assert len(synced) == 2
