"""The table of metrics: no row blank, no number that no test comes to."""

from __future__ import annotations

import re

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT
from orchestration.maintain.generate import __main__ as command
from orchestration.maintain.generate import metrics_table
from tests.support.proofs import proofs
from tests.unit.seeds.reading import seed


def test_every_metric_has_a_line_and_no_field_is_blank() -> None:
    table = metrics_table.page().split("\n\n")
    (lines,) = (part.splitlines()[2:] for part in table if part.startswith("| metric | sources"))
    fields = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    assert [cells[0].strip("` ") for cells in fields] == sorted({row["metric"] for row in seed("variables")})
    assert {len(cells) for cells in fields} == {7}
    assert [cells for cells in fields if not all(cells)] == []
    assert [cells for cells in fields if not cells[5].endswith("/ 0")] == []


@pytest.mark.parametrize("name", proofs())
def test_a_count_is_what_a_test_comes_to(name: str) -> None:
    """Equal and claimed cells are all that were compared; claims are named; the test asks for the row."""
    found = proofs()[name]
    assert 0 < found.cells == found.equal + found.claimed
    assert bool(found.claimed) == bool(found.deviations)
    known = {row["deviation_id"] for row in seed("deviations")}
    known |= {f"{row['metric']}#{row['quirk']}" for row in seed("method_decisions")}
    assert set(found.deviations) <= known
    asked = re.findall(r'proof\(\s*f?"([^"]+)"', (PROJECT_ROOT / found.test).read_text(encoding="utf-8"))
    asked += re.findall(r'"(\w+)" if kind', (PROJECT_ROOT / found.test).read_text(encoding="utf-8"))
    asked += re.findall(r'else "(\w+)"', (PROJECT_ROOT / found.test).read_text(encoding="utf-8"))
    patterns = [re.sub(r"\{\w+\}", r"\\w+", text) for text in asked]
    assert any(re.fullmatch(pattern, name) for pattern in patterns), f"{found.test} does not ask for {name}"


def test_what_is_not_computed_names_series_once() -> None:
    named = metrics_table.not_computed()
    assert named.keys() <= {row["series_id"] for row in seed("series")}
    listed = sum(
        series["metric"] == row["metric"]
        and series["geography_type"] == row["geography_type"]
        and series["subgroup_type"] == row["subgroup_type"]
        and series["year"] in row["years"].split(";")
        for row in metrics_table.rows("not_computed")
        for series in seed("series")
    )
    assert listed == len(named) and all(named.values())


@pytest.fixture
def without_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables as they are, but for the line of one metric in not_provable.csv."""
    whole = metrics_table.rows

    def cut(table: str) -> list[dict[str, str]]:
        return [row for row in whole(table) if row["metric"] != "employment" or table != "not_provable"]

    monkeypatch.setattr(metrics_table, "rows", cut)


@pytest.mark.usefixtures("without_words")
def test_a_metric_without_a_line_of_words_is_named() -> None:
    with pytest.raises(MobilityError, match="employment"):
        metrics_table.page()


@pytest.mark.usefixtures("without_words")
@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_make_generate_tells_it_without_a_traceback(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(arguments) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ") and "Traceback" not in told.err
    assert "docs/metrics/not_provable.csv" in told.err and "employment" in told.err
