"""Rules of `metric_values`: complete, unique, with the provenance of every cell."""

from __future__ import annotations

from collections.abc import Sequence

from great_expectations.expectations.core import ExpectColumnValuesToBeInSet, ExpectColumnValuesToNotBeNull

from expectations.rules.agreement import ExpectTablesToAgree
from expectations.rules.expectation import (
    Expectation,
    ExpectRowsToSatisfy,
    ExpectRuleToHold,
    native,
    query,
    rows,
)
from expectations.rules.layout import LONG_KEY, twice_in_long_table
from expectations.rules.publication import Tables
from orchestration.base.seeds import read
from orchestration.base.sql import literal

_LONG = "candidate.metric_values"
_KEY = LONG_KEY
_ALL = f"select count(*) from {_LONG}"
_ORIGINS = ("computed", "published_2025", "published_earlier")
_SERIES = ("variable", "geography_type", "subgroup_type", "year", "sample")


class ExpectCellsOfListedSeries(ExpectRuleToHold):
    """Cells are those of the listed series, each once for every area and label of the frame."""


class ExpectOriginToBeOne(ExpectRuleToHold):
    """The origin and the deviations of every cell are known, and a series has one origin."""


class ExpectPublishedValuesToStand(ExpectRuleToHold):
    """What Urban published is released as published."""


def series_are_listed() -> list[Expectation]:
    """The candidate's series are those of seed `series`, and each row of the long table is of its series."""
    listed = ", ".join(
        "(" + ", ".join(literal(row[column]) for column in ("series_id", *_SERIES, "publication")) + ")"
        for row in read("series")
    )
    columns = ", ".join(
        f"coalesce({column}::varchar, '')" for column in ("series_id", *_SERIES, "publication")
    )
    known = f"select * from (values {listed})"
    found = f"select {columns} from candidate.series"
    differing = f"(({known}) except ({found})) union all (({found}) except ({known}))"
    own = " and ".join(
        f"cell.{column} = coalesce(series.{column}, '')"
        if column == "sample"
        else f"cell.{column} = series.{column}"
        for column in _SERIES
    )
    stray = f"anti join candidate.series as series on cell.series_id = series.series_id and {own}"
    stray = _cells_of(("series_id", *_SERIES), stray, ("series_id", *_KEY))
    size = len(read("series"))
    return [
        *ExpectCellsOfListedSeries.declare(
            "series_listed",
            "error",
            "the series are those of the project, none more, none less",
            [query("series", "select count(*) from candidate.series", differing, minimum=size)],
        ),
        *ExpectCellsOfListedSeries.declare(
            "series_of_cell", "error", "every cell belongs to its series", [query("series_id", _ALL, stray)]
        ),
    ]


def cells_of_the_frame() -> list[Expectation]:
    """Each available series has each geography of its year's frame and each label of its metric, once.

    A series whose input is not at hand has no cells: table `series` says why.
    """
    labels = """
        select series.series_id, series.geography_type, series.year, label.subgroup
        from candidate.series as series
        inner join work.metric_labels as label using (metric, subgroup_type)
        where series.status = 'available'"""
    sizes = "select geography_type, year, count(*) as size from candidate.geography_years group by all"
    expected = f"select * from ({labels}) inner join ({sizes}) using (geography_type, year)"
    found = f"select series_id, subgroup, count(*) as cells from {_LONG} group by all"
    short = f"""
        select series_id, subgroup, expected.size as expected, coalesce(found.cells, 0) as found
        from ({expected}) as expected full join ({found}) as found using (series_id, subgroup)
        where expected.size is distinct from found.cells"""
    outside = f"""
        select {", ".join(_KEY)} from {_LONG} as cell
        anti join candidate.geography_years as frame using (geography_type, geoid, year)"""
    return [
        *ExpectCellsOfListedSeries.declare(
            "key_unique", "error", "no key occurs twice", [query("key", _ALL, twice_in_long_table(_LONG))]
        ),
        *ExpectCellsOfListedSeries.declare(
            "series_complete",
            "error",
            "every available series has every geography and label of its frame, the others have no cell",
            [query("cells", f"select count(*) from ({labels})", short)],
        ),
        *ExpectCellsOfListedSeries.declare(
            "nothing_outside_frame", "error", "no cell outside the frame", [query("geoid", _ALL, outside)]
        ),
    ]


def other_channel(tables: Tables) -> list[Expectation]:
    """No invented state (99) in the national channel, and nothing else in the sample."""
    wrong = (
        "left(geoid::text, 2) = '99'"
        if tables.channel == "national"
        else "left(geoid::text, 2) is distinct from '99'"
    )
    widths = "case geography_type when 'county' then 5 when 'place' then 7 end"
    malformed = f"not regexp_full_match(geoid, '[0-9]+') or length(geoid) is distinct from {widths}"
    strange, misshapen = (
        _cells_of(("geography_type", "geoid"), f"where case when cells > 0 then {one} end", _KEY)
        for one in (wrong, malformed)
    )
    return [
        *ExpectRowsToSatisfy.declare(
            "channel", "error", "no cell of the other channel", [query("geoid", _ALL, strange)]
        ),
        *ExpectRowsToSatisfy.declare(
            "code_form", "error", "codes keep their leading zeros", [query("geoid", _ALL, misshapen)]
        ),
    ]


def _cells_of(names: Sequence[str], which: str, show: Sequence[str]) -> str:
    """SQL of cells by what some of their columns say: few kinds are looked at, not millions of cells.

    A condition must speak of `cells`, or DuckDB asks it of every cell before it looks which kinds there are.
    """
    same = " and ".join(f"cell.{name} is not distinct from kind.{name}" for name in names)
    return f"""
        select {", ".join(f"cell.{name}" for name in show)} from {_LONG} as cell
        semi join (
            select cell.* from (
                select {", ".join(names)}, count(*) as cells from {_LONG} group by all
            ) as cell {which}
        ) as kind on {same}"""


def origins() -> list[Expectation]:
    """Every cell says where it comes from; a series has one origin and status; its deviations exist."""
    show = ", ".join([*_KEY, "origin"])
    mixed = f"""
        select series.series_id, series.origin as of_series, cell.origin as of_cell, count(*) as cells
        from {_LONG} as cell inner join candidate.series as series using (series_id)
        where cell.origin is distinct from series.origin
            or (series.origin = 'unavailable') <> (series.status = 'unavailable') group by all"""
    used = f"""
        select distinct unnest(string_split(deviation_ids, ';')) as deviation_id from {_LONG}
        where deviation_ids <> ''"""
    unlisted = f"select * from ({used}) anti join candidate.deviations using (deviation_id)"
    show_ids = ", ".join([*_KEY, "deviation_ids"])
    return [
        native(
            ExpectColumnValuesToNotBeNull,
            "origin_known",
            "error",
            "every cell has an origin",
            "origin missing",
            failing=f"select {show} from {_LONG} where origin is null",
            column="origin",
        ),
        native(
            ExpectColumnValuesToBeInSet,
            "origin_known",
            "error",
            "every cell has an origin",
            "origin",
            failing=f"select {show} from {_LONG} where origin not in ({', '.join(map(literal, _ORIGINS))})",
            minimum=0,
            column="origin",
            value_set=list(_ORIGINS),
        ),
        *ExpectOriginToBeOne.declare(
            "one_origin_per_series",
            "error",
            "all cells of a series have its origin",
            [query("origin", _ALL, mixed)],
        ),
        *ExpectOriginToBeOne.declare(
            "deviations_exist",
            "error",
            "every deviation id is in table deviations",
            [query("deviation_ids", _ALL, unlisted)],
        ),
        native(
            ExpectColumnValuesToNotBeNull,
            "deviations_exist",
            "error",
            "every deviation id is in table deviations",
            "never null",
            failing=f"select {show_ids} from {_LONG} where deviation_ids is null",
            column="deviation_ids",
        ),
    ]


def reasons() -> list[Expectation]:
    """A cell has a value or a listed reason, never both."""
    known = ", ".join(literal(row["missing_reason"]) for row in read("missing_reasons"))
    show = [*_KEY, "value", "missing_reason"]
    either = "(value is null) <> (missing_reason is not null)"
    unlisted = f"missing_reason not in ({known})"
    return [
        *ExpectRowsToSatisfy.declare(
            "value_or_reason",
            "error",
            "a cell has a value or a reason why not, never both",
            [
                rows("missing_reason", _LONG, either, show),
                rows("known reasons", _LONG, unlisted, show, where="missing_reason is not null", minimum=0),
            ],
        ),
    ]


def sound_estimates() -> list[Expectation]:
    """Bounds around the value, flags 1 to 3 with the value, no false certainty in what we compute."""
    show = [*_KEY, "lower", "value", "upper", "quality"]
    both = "lower is not null and upper is not null"
    wrong_flag = "(quality is null) <> (value is null) or quality not in (1, 2, 3)"
    infinite = "not isfinite(value) or not isfinite(coalesce(lower, 0)) or not isfinite(coalesce(upper, 0))"
    bounds = [
        rows("order", _LONG, "lower > value or value > upper", show, where=both),
        rows("without value", _LONG, "value is null and (lower is not null or upper is not null)", show),
        rows("finite", _LONG, infinite, show, where="value is not null"),
    ]
    # Bounds for what a source withholds are equal where it withholds nothing: that is no sample's certainty.
    exact = ", ".join(
        literal(row["variable"]) for row in read("variables") if row["interval_kind"] == "data_gap_bounds"
    )
    certain = rows(
        "computed",
        _LONG,
        "lower = upper",
        show,
        where=f"origin = 'computed' and {both} and variable not in ({exact})",
        minimum=0,
    )
    half = rows(
        "computed", _LONG, "(lower is null) <> (upper is null)", show, where="origin = 'computed'", minimum=0
    )
    return [
        *ExpectRowsToSatisfy.declare(
            "bounds_around_value", "error", "lower <= value <= upper, none without a value", bounds
        ),
        *ExpectRowsToSatisfy.declare(
            "flag_with_value",
            "error",
            "a flag of 1, 2 or 3 stands where a value stands",
            [rows("quality", _LONG, wrong_flag, show)],
        ),
        *ExpectRowsToSatisfy.declare(
            "interval_has_width", "error", "no computed estimate is printed as certainty", [certain]
        ),
        *ExpectRowsToSatisfy.declare("both_bounds", "error", "computed bounds come in pairs", [half]),
    ]


def published_values_kept() -> list[Expectation]:
    """Cells of published series are as published, unless a deviation names them.

    Series whose cells have the same sum of hashes in both tables are the same; cells of the others are
    compared one by one.
    """
    published = "origin in ('published_2025', 'published_earlier')"
    series = [name for name in _KEY if name not in ("geoid", "subgroup")]
    total = f"select {', '.join(series)}, sum(hash(geoid, subgroup, value, lower, upper, quality)) as total"
    # A cell whose key is not whole is no published one, whatever its hash.
    whole = " and ".join(
        [
            *(f"{name} is not null" for name in series),
            "count(geoid) = count(*) and count(subgroup) = count(*)",
        ]
    )
    same = " and ".join(f"cell.{name} is not distinct from other.{name}" for name in series)
    others = f"""
        with other as materialized (
            ({total}, {whole} as whole from {_LONG} group by {", ".join(series)})
            except ({total}, true from candidate.published_values group by {", ".join(series)})
        ),
        cell as (from {_LONG} as cell semi join other on {same} where {published}),
        published as (from candidate.published_values as cell semi join other on {same})"""
    # Numbers that differ in the last digit of their decimal text only are the same.
    differs = " or ".join(
        f"not coalesce(abs(cell.{name} - published.{name}) <= 1e-12 * abs(published.{name}), "
        f"cell.{name} is null and published.{name} is null)"
        for name in ("value", "lower", "upper", "quality")
    )
    failing = f"""
        {others}
        select {", ".join(_KEY)}, published.value as published, cell.value as released,
            published.quality as published_quality, cell.quality as released_quality
        from cell left join published using ({", ".join(_KEY)})
        where cell.deviation_ids = '' and (published.geoid is null or {differs})"""
    return ExpectPublishedValuesToStand.declare(
        "published_as_published",
        "error",
        "a published cell is released as published unless a deviation names it",
        [query("published_values", f"select count(*) from {_LONG} where {published}", failing, minimum=0)],
    )


def overall_rows_agree() -> list[Expectation]:
    """All rows of subgroup tables and the overall table say the same where they rest on the same sample."""
    # One query for both counts: a join of all cells with themselves.
    both = f"""(
        select geography_type, geoid, year, variable, part.subgroup_type,
            part.value as all_row, whole.value as overall
        from {_LONG} as part inner join {_LONG} as whole
            using (geography_type, geoid, year, variable, sample)
        where part.subgroup_type <> 'all' and part.subgroup = 'All' and whole.subgroup_type = 'all'
            and part.value is not null and whole.value is not null
    )"""
    differs = "abs(all_row - overall) > 1e-9 * greatest(1, abs(overall))"
    show = ("geography_type", "geoid", "year", "variable", "subgroup_type", "all_row", "overall")
    return ExpectTablesToAgree.declare(
        "all_rows_agree",
        "warning",
        "All rows of subgroup tables equal the overall table where the sample is the same",
        [rows("value", both, differs, show)],
    )
