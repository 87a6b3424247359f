"""The declared layouts of the microdata, against headers that were seen and headers as documented."""

from __future__ import annotations

import pytest

from orchestration.base.errors import MobilityError
from orchestration.sample.microdata.layout import columns
from orchestration.sample.writing import header
from orchestration.sources import SOURCES
from orchestration.sources.census_acs_pums import layouts as layouts
from orchestration.sources.census_acs_pums.layouts import (
    ACCESS,
    PUMA,
    RELATIONSHIP,
    STATE,
    TYPE_OF_UNIT,
    Layout,
)
from orchestration.sources.reading.layout import FileRow, Layouts

EVERY = [
    pytest.param(kind, vintage, id=f"{vintage} {kind}")
    for vintage in layouts.VINTAGES
    for kind in layouts.KINDS
]

LAYOUTS_OF_NEXT_YEAR = Layouts(
    layouts.LAYOUTS.folder,
    [*layouts.LAYOUTS.files, *(FileRow(vintage="2024-1yr", table=kind) for kind in layouts.KINDS)],
)

# vintage -> state, PUMA, relationship, type, access: as the method page (section 8) lists them.
SPELLINGS = {
    "2014-1yr": ("ST", "PUMA", "RELP", "TYPE", "ACCESS"),
    "2014-5yr": ("ST", "PUMA00 PUMA10", "RELP", "TYPE", "ACCESS"),
    "2015-5yr": ("ST", "PUMA00 PUMA10", "RELP", "TYPE", "ACCESS"),
    "2016-5yr": ("ST", "PUMA", "RELP", "TYPE", "ACCESS"),
    "2018-1yr": ("ST", "PUMA", "RELP", "TYPE", "ACCESS"),
    "2019-1yr": ("ST", "PUMA", "RELSHIPP", "TYPE", "ACCESS"),
    "2020-5yr": ("ST", "PUMA", "RELSHIPP", "TYPEHUGQ", "ACCESSINET"),
    "2021-1yr": ("ST", "PUMA", "RELSHIPP", "TYPEHUGQ", "ACCESSINET"),
    "2022-1yr": ("ST", "PUMA", "RELSHIPP", "TYPEHUGQ", "ACCESSINET"),
    "2022-5yr": ("ST", "PUMA10 PUMA20", "RELSHIPP", "TYPEHUGQ", "ACCESSINET"),
    "2023-1yr": ("STATE", "PUMA", "RELSHIPP", "TYPEHUGQ", "ACCESSINET"),
    "2023-5yr": ("STATE", "PUMA", "RELSHIPP", "TYPEHUGQ", "ACCESSINET"),
}


def test_every_year_has_both_files_but_2020_which_has_no_one_year_file() -> None:
    last = max(Layout("persons", vintage).year for vintage in layouts.VINTAGES)
    one_year = [f"{year}-1yr" for year in range(2014, last + 1) if year != 2020]
    five_year = [f"{year}-5yr" for year in range(2014, last + 1)]
    assert sorted(layouts.VINTAGES) == sorted(one_year + five_year)


@pytest.mark.parametrize("vintage", layouts.VINTAGES)
def test_dollar_factors_are_one_for_each_year_of_interviews(vintage: str) -> None:
    codes = layouts.codes_of("housing_units", vintage)
    years = Layout("housing_units", vintage).years
    for name in ("ADJINC", "ADJHSG"):
        assert len(codes.get(name, ())) in ((years,) if years == 1 else (0, years))


@pytest.mark.parametrize("vintage", SPELLINGS)
def test_names_change_in_the_years_that_are_documented(vintage: str) -> None:
    layout = Layout("persons", vintage)
    choices = (STATE, PUMA, RELATIONSHIP, TYPE_OF_UNIT, ACCESS)
    assert tuple(" ".join(layout.spelling(choice)) for choice in choices) == SPELLINGS[vintage]


@pytest.mark.parametrize(("kind", "vintage"), EVERY)
def test_the_header_of_every_vintage_resolves(kind: layouts.Kind, vintage: str) -> None:
    layout = Layout(kind, vintage)
    names = columns(kind, vintage)
    resolved = layout.resolve(names, "file")
    assert set(layout.needed) <= set(resolved.values())
    assert {name for choice in layout.choices for name in layout.spelling(choice)} <= set(resolved.values())
    assert set(resolved.values()) <= set(layout.columns())
    assert len([name for name in resolved.values() if name in layouts.weights(kind)]) == 81


def test_lower_case_replicate_weights_of_older_files_are_known() -> None:
    assert Layout("persons", "2015-1yr").resolve(columns("persons", "2015-1yr"), "f")["pwgtp80"] == "PWGTP80"


@pytest.mark.parametrize(
    ("kind", "vintage", "seen"),
    [("persons", "2015-1yr", "2015"), ("persons", "2018-1yr", "2018"), ("housing_units", "2018-1yr", "2018"),
     ("housing_units", "2021-1yr", "2021")],
)  # fmt: skip
def test_headers_that_were_seen_in_genuine_files_are_taken_as_they_are(
    kind: layouts.Kind, vintage: str, seen: str
) -> None:
    assert tuple(columns(kind, vintage)[:-80]) == header(f"{kind} of {seen}")


def changed(names: list[str], old: str, *new: str) -> list[str]:
    place = names.index(old)
    return [*names[:place], *new, *names[place + 1 :]]


@pytest.mark.parametrize(
    ("kind", "vintage", "old", "new", "said"),
    [
        ("persons", "2018-1yr", "PWGTP17", (), "PWGTP17 is missing"),
        ("persons", "2018-1yr", "RELP", (), "expected RELP or RELSHIPP, found neither"),
        ("persons", "2018-1yr", "RELP", ("RELP", "RELSHIPP"), "found RELP and RELSHIPP"),
        ("persons", "2023-1yr", "STATE", ("STATE", "ST"), "found ST and STATE"),
        ("housing_units", "2021-1yr", "TYPEHUGQ", (), "expected TYPE or TYPEHUGQ, found neither"),
        ("housing_units", "2021-1yr", "ACCESSINET", ("ACCESS", "ACCESSINET"), "found ACCESS and ACCESSINET"),
        ("persons", "2014-5yr", "PUMA00", (), "found PUMA10"),
        ("persons", "2022-5yr", "PUMA10", ("PUMA10", "PUMA"), "found PUMA and PUMA10 and PUMA20"),
        ("persons", "2015-1yr", "pwgtp1", ("pwgtp1", "PWGTP1"), "PWGTP1 stands twice"),
        ("housing_units", "2021-1yr", "HISPEED", (), "HISPEED is missing"),
    ],
)
def test_a_header_without_a_spelling_or_with_two_is_refused(
    kind: layouts.Kind, vintage: str, old: str, new: tuple[str, ...], said: str
) -> None:
    names = changed(columns(kind, vintage), old, *new)
    with pytest.raises(MobilityError) as error:
        Layout(kind, vintage).resolve(names, "csv_pwy.zip, member psam_p56.csv")
    assert said in str(error.value)
    assert "csv_pwy.zip, member psam_p56.csv, header" in str(error.value)
    assert error.value.remedy and error.value.expected


def test_the_later_release_of_2018_2022_with_one_puma_column_is_taken_too() -> None:
    names = [name for name in changed(columns("persons", "2022-5yr"), "PUMA10", "PUMA") if name != "PUMA20"]
    assert "PUMA" in Layout("persons", "2022-5yr").resolve(names, "f").values()


def test_members_are_named_as_in_the_archives_at_hand() -> None:
    assert Layout("persons", "2015-1yr").members("hi", "15")[0] == ("ss15phi.csv",)
    assert Layout("persons", "2018-1yr").members("wy", "56")[0] == ("psam_p56.csv",)
    assert Layout("housing_units", "2016-5yr").members("us", "")[0] == tuple(
        f"ss16hus{p}.csv" for p in "abcd"
    )
    assert Layout("persons", "2021-1yr").members("us", "")[0] == ("psam_pusa.csv", "psam_pusb.csv")


def test_codes_are_those_of_the_years_dictionary() -> None:
    assert layouts.codes_of("persons", "2018-1yr")["ADJINC"] == ("1013097",)
    assert layouts.codes_of("persons", "2021-5yr")["RELSHIPP"][0] == "20"
    assert "RELP" not in layouts.codes_of("persons", "2021-5yr")
    assert len(layouts.codes_of("housing_units", "2018-5yr")["ADJHSG"]) == 5
    # Without a dictionary: what never changed, and the factors that are known otherwise.
    assert layouts.codes_of("persons", "2015-1yr")["HISP"][-1] == "24"
    assert layouts.codes_of("persons", "2023-5yr")["ADJINC"][0] == "1207712"


@pytest.mark.parametrize(
    ("vintage", "access", "item"),
    [
        ("2016-1yr", {"ACCESS": ("1", "2", "3")}, ("1", "2")),
        ("2021-1yr", {"ACCESSINET": ("1", "2", "3")}, ("1", "2")),
        ("2023-1yr", {"ACCESSINET": ("1", "2", "3", "8")}, ("1", "2", "8")),
        ("2023-5yr", {"ACCESSINET": ("1", "2", "3", "8")}, ("1", "2", "8")),
    ],
)
def test_internet_answers_may_be_suppressed_since_2023(
    vintage: str, access: dict[str, tuple[str, ...]], item: tuple[str, ...]
) -> None:
    """The Census Bureau says so of some areas in 2023, and of ACCESSINET too in 2024."""
    codes = layouts.codes_of("housing_units", vintage)
    assert {name: codes[name] for name in ("ACCESS", "ACCESSINET") if name in codes} == access
    assert {codes[name] for name in ("BROADBND", "HISPEED", "DIALUP", "SATELLITE", "OTHSVCEX")} == {item}


def test_the_layout_of_a_year_to_come_is_that_of_the_last() -> None:
    """A row in `vintages.csv` is all that a year without news needs."""
    next_year = LAYOUTS_OF_NEXT_YEAR
    last = layouts.LAYOUTS.columns_of("housing_units", "2023-1yr")
    assert [column.name for column in next_year.columns_of("housing_units", "2024-1yr")] == [
        column.name for column in last
    ]
    allowed = {c.name: c.row.labels for c in next_year.columns_of("housing_units", "2024-1yr")}
    assert allowed["ACCESSINET"][-1] == allowed["HISPEED"][-1] == "8"


def test_the_totals_cover_every_vintage_and_state_and_are_exact_where_the_estimate_is_known() -> None:
    totals = SOURCES["census_acs_pums"].table("persons").control_totals
    assert set(totals) == set(layouts.VINTAGES)
    assert all(len(of_vintage) == 51 for of_vintage in totals.values())
    exact = {total.partition: total.expected for total in totals["2018-1yr"] if not total.tolerance}
    assert len(exact) == 10
    assert exact["wy"] == 577_737
    assert all(total.evidence for of_vintage in totals.values() for total in of_vintage)
