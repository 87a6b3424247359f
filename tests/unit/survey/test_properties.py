"""What must hold for any records: the plain implementation by hypothesis, the models on drawn records."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from orchestration.base.settings import DBT_PROJECT_DIR
from tests.support import plain_survey, survey_draws, survey_models
from tests.unit.survey.test_models_agree_with_plain import AREAS

RECORDS = 40
KEY = "geoid, variable, subgroup_type, subgroup, sample"
incomes = arrays.arrays(float, RECORDS, elements=st.integers(-2_000, 40_000).map(lambda tens: tens * 10.0))
weights = st.integers(0, 2**32 - 1).map(
    # From a seed: 3,240 numbers drawn one by one are too many for hypothesis.
    lambda seed: np.random.default_rng(seed).integers(1, 300, (RECORDS, 81)).astype(float)
)
flags = arrays.arrays(bool, RECORDS)
probabilities = st.floats(0.02, 0.98)
few = settings(max_examples=40, deadline=None)
whole_and_rest = st.builds(
    lambda whole, rest: whole * 10**12 + rest,
    st.integers(0, 10**14) | st.integers(0, 10**4) | st.sampled_from([0, 9007, 9008, 2**53]),
    st.integers(0, 10**12 - 1)
    | st.integers(0, 9_999).map(lambda share: share * 10**8)
    | st.sampled_from([0, 1, 10**12 - 1, 254740992, 254740993]),
)
"""Sums in trillionths: near whole numbers, with four decimals, and around 2^53."""


@settings(max_examples=200, deadline=None)
@given(st.lists(whole_and_rest, min_size=1, max_size=40))
def test_a_sum_in_trillionths_is_the_double_that_duckdb_makes_of_the_decimal(sums: list[int]) -> None:
    text = (DBT_PROJECT_DIR / "macros" / "survey_estimates.sql").read_text(encoding="utf-8")
    converted = jinja2.Environment().from_string(text).module.from_trillionths("n")  # type: ignore[attr-defined]
    rows = ", ".join(f"({n}::hugeint, {n // 10**12}.{n % 10**12:012}::decimal(38, 12))" for n in sums)
    unlike = duckdb.sql(
        f"select n, d from (values {rows}) as sums (n, d) where ({converted}) is distinct from d::double"
    )
    assert unlike.fetchall() == []


@few
@given(incomes, weights, st.sampled_from([0.5, 2.0, 1024.0]))
def test_scaled_weights_change_nothing(
    values: plain_survey.Floats, drawn: plain_survey.Floats, factor: float
) -> None:
    counted = values > 100_000
    assert plain_survey.percentile(values, drawn * factor, 0.5) == plain_survey.percentile(values, drawn, 0.5)
    scaled, plain = plain_survey.share(counted, drawn * factor), plain_survey.share(counted, drawn)
    assert np.allclose([*vars(scaled).values()], [*vars(plain).values()], rtol=1e-12, equal_nan=True)


@few
@given(incomes, weights, st.permutations(range(RECORDS)))
def test_the_order_of_records_does_not_matter(
    values: plain_survey.Floats, drawn: plain_survey.Floats, order: list[int]
) -> None:
    one = plain_survey.percentile(values, drawn, 0.2)
    other = plain_survey.percentile(values[order], drawn[order], 0.2)
    assert np.allclose([*vars(one).values()], [*vars(other).values()], rtol=1e-12, equal_nan=True)


@few
@given(incomes, weights, probabilities, probabilities)
def test_percentiles_are_monotone_and_incomes_of_the_sample(
    values: plain_survey.Floats, drawn: plain_survey.Floats, one: float, other: float
) -> None:
    low, high = (plain_survey.quantile(values, drawn[:, 0], p) for p in sorted((one, other)))
    assert low <= high
    assert {low, high} <= set(values)


@few
@given(incomes, weights, probabilities)
def test_an_interval_holds_its_estimate(
    values: plain_survey.Floats, drawn: plain_survey.Floats, probability: float
) -> None:
    found = plain_survey.percentile(values, drawn, probability)
    assert not found.lower > found.value
    assert not found.upper < found.value


@few
@given(flags, flags, weights)
def test_groups_partition_the_total(
    counted: plain_survey.Flags, group: plain_survey.Flags, drawn: plain_survey.Floats
) -> None:
    total = drawn[counted].sum(axis=0)
    parts = drawn[counted & group].sum(axis=0) + drawn[counted & ~group].sum(axis=0)
    assert np.array_equal(total, parts)


def _built(
    folder: Path, sql: dict[str, str], records: dict[str, pd.DataFrame], threads: int
) -> list[tuple[object, ...]]:
    folder.mkdir()
    with survey_models.warehouse(folder / "warehouse.duckdb", AREAS, records) as connection:
        connection.execute(f"set threads = {threads}")
        survey_models.run(
            connection, sql, "survey_person_sums", "employment__values", "income_percentiles__values"
        )
        return connection.execute(
            f"select {KEY}, value, lower, upper, sample_size, numerator, "
            "denominator from employment__values union all "
            f"select {KEY}, value, lower, upper, sample_size, null, "
            "denominator from income_percentiles__values order by all"
        ).fetchall()


def test_neither_order_nor_threads_change_a_digit(tmp_path: Path, rendered: dict[str, str]) -> None:
    records = survey_draws.records(7, "2018-1yr")
    shuffled = {kind: frame.sample(frac=1, random_state=3) for kind, frame in records.items()}
    assert _built(tmp_path / "one", rendered, records, 1) == _built(tmp_path / "other", rendered, shuffled, 4)


def test_allocation_conserves_the_people_of_a_puma(tmp_path: Path, rendered: dict[str, str]) -> None:
    """The counties of PUMA 00200 share it without rest: together they have all of its people."""
    records = survey_draws.records(8, "2018-1yr", pumas=("00200",))
    _built(tmp_path / "one", rendered, records, 2)
    asked = records["persons"].query("25 <= AGEP <= 54 and RELP < 16")
    with duckdb.connect(str(tmp_path / "one" / "warehouse.duckdb")) as connection:
        rows = connection.execute(
            "select sum(denominator), sum(numerator) from employment__values "
            "where geoid in ('99003', '99005')"
        ).fetchall()
    employed = asked[asked["ESR"].isin([1, 2, 4, 5])]
    assert rows[0] == pytest.approx((asked["PWGTP"].sum(), employed["PWGTP"].sum()), rel=1e-12)
