"""The page that lists what is unavailable counts the series as the seed has them."""

from __future__ import annotations

import re
from collections import Counter

from orchestration.base.seeds import read
from orchestration.base.settings import PROJECT_ROOT
from orchestration.sources import SOURCES

PAGE = PROJECT_ROOT / "docs" / "what-is-computed.md"


def test_every_result_file_that_is_not_at_hand_is_listed_with_its_series() -> None:
    rows = re.findall(
        r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    told = {name: (int(series), int(earlier), int(remain)) for name, series, earlier, remain in rows}
    absent = {known.name for known in SOURCES["urban_published_2025"].not_at_hand}
    series = Counter(row["published_file"] for row in read("series"))
    assert set(told) == absent and len(absent) == 9
    assert {name: counted[0] for name, counted in told.items()} == {name: series[name] for name in absent}
    assert all(total == earlier + remain for total, earlier, remain in told.values())
    with_versions = {row["published_file"] for row in read("earlier_files")}
    assert {name for name, counted in told.items() if counted[1]} == with_versions
    assert f"{sum(counted[2] for counted in told.values())}." in PAGE.read_text(encoding="utf-8")
