"""`mobility release agreement`: what is counted, and when it is an error."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration import cli
from orchestration.release.agreement import agreement

ROWS = """
    ('county', '15001', 2018, 'share_employed', 'all', 'All', 'acs1', 'value', true, ''),
    ('county', '15001', 2018, 'share_employed', 'all', 'All', 'acs1', 'lower', true, ''),
    ('county', '15003', 2018, 'share_employed', 'all', 'All', 'acs1', 'value', false, 'one;two'),
    ('county', '56001', 2018, 'share_employed', 'all', 'All', 'acs1', 'value', false, 'two')
"""


def _folder(tmp_path: Path, rows: str) -> Path:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with duckdb.connect(str(tmp_path / "mobility.duckdb")) as connection:
        connection.execute(
            "create table series as select 'share_employed' as variable, 'employment' as metric"
        )
        connection.execute(
            f"create table comparison_with_published as from (values {rows}) as rows (geography_type, geoid, "
            "year, variable, subgroup_type, subgroup, sample, measure, agrees, deviation_ids)"
        )
    return tmp_path


def test_numbers_are_counted_by_state(tmp_path: Path) -> None:
    found = agreement(_folder(tmp_path, ROWS), by_state=True)
    counts = [(row.state, row.cells, row.numbers, row.equal, row.claimed, row.unexplained) for row in found]
    assert counts == [("HI", 2, 3, 2, 1, 0), ("WY", 1, 1, 0, 1, 0)]
    assert [row.deviations for row in found] == ["one two", "two"]


@pytest.mark.parametrize(("rows", "code"), [(ROWS, 0), (ROWS.replace("'two')", "'')"), 1)])
def test_an_unexplained_number_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: str, code: int
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["release", "agreement", str(_folder(tmp_path, rows))])
    assert (ended.value.code or 0) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("| employment | acs1 | 2018 | ALL | 3 | 4 | 2 |")
    assert lines[-1].split(" | ")[-2] == str(code)
