"""Shipping adds to the mirror; it takes away only what no source names."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.ingest import mirror_list
from orchestration.maintain.ship import ship

_LARGE = shutil.ignore_patterns("urban_*", "boundaries")


def test_a_folder_with_one_file_leaves_the_others(tmp_path: Path) -> None:
    target = Path(shutil.copytree(SHIPPED_MIRROR, tmp_path / "mirror", ignore=_LARGE))
    mirror_list.write_list(target)
    before = (target / mirror_list.LIST_NAME).read_text(encoding="utf-8")
    given = tmp_path / "given"
    name = "connecticut_crosswalk"
    shutil.copytree(SHIPPED_MIRROR / name, given / name)
    mirror_list.write_list(given)
    (target / "stranger.csv.gz").write_bytes(b"")

    shipped = ship([given], target)

    assert len(shipped) > len(list(given.rglob("*.gz"))) and any(path.startswith(name) for path in shipped)
    assert not (target / "stranger.csv.gz").exists()
    files = {path.relative_to(target).as_posix() for path in target.rglob("*.gz")}
    assert files == set(shipped) == {path for path in mirror_list.copies(target) if path.endswith(".gz")}
    after = (target / mirror_list.LIST_NAME).read_text(encoding="utf-8")
    assert len(after.splitlines()) == len(before.splitlines())


def test_nothing_to_ship_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="nothing to ship"):
        ship([], tmp_path)
