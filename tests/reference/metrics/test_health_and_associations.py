"""The models of four metrics, fed with County Health Rankings' counts, give the published cells.

No agency file of these metrics is at hand. County Health Rankings computes the same measures from the same
records (NCHS, AHRF, County Business Patterns) and shows its counts: they are no source of ours, they prove
the formulas.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.base.settings import SHIPPED_MIRROR
from tests.support import metric_bench
from tests.support.metric_bench import TEXT, Agreement, Bench, Published
from tests.support.proofs import proof
from tests.support.published import real_file

pytestmark = pytest.mark.reference

STATES = "agency/county_health_rankings/2022_states/2022_ranked_measure_data_all_states_unrounded.csv"
MEASURES = "agency/county_health_rankings/measure_datasets"
CONNECTICUT = [f"0900{number}" if number < 10 else f"090{number}" for number in range(1, 16, 2)]
INJURIES = Published(
    "urban/04_health/exposure-to-trauma/data/final/rate_injury_deaths_metric_all_county.csv",
    "rate_injury_death",
    has_bounds=True,
)
INJURIES_BY_RACE = Published(
    "urban/04_health/exposure-to-trauma/data/final/rate_injury_deaths_metric_subgroup_county.csv",
    "rate_injury_death",
    has_bounds=True,
    has_subgroups=True,
)
PHYSICIANS = Published(
    "urban/04_health/access-health-services/final/ratio_pop_pcp_metric_all_county.csv",
    "ratio_population_pc_physician",
)
ASSOCIATIONS = Published(
    "urban/06_neighborhoods/social-capital/final/social_associations_all_county.csv",
    "count_membership_associations_per_10k",
)


@pytest.fixture
def bench(tmp_path: Path, rendered: dict[str, str]) -> Iterator[Bench]:
    with metric_bench.bench(tmp_path / "warehouse.duckdb", rendered) as found:
        yield found


def _injuries(year: int, subgroup: str, counts: str) -> str:
    return (
        f"select geoid, {year} as year, '{subgroup}' as subgroup, deaths::bigint as deaths, population, "
        f"null::varchar as code, 'test' as source_file from ({counts}) where deaths is not null"
    )


def test_injury_deaths_of_2020(bench: Bench) -> None:
    """2016-2020; the population follows from deaths and rate. Two of the cells are the parts of
    Valdez-Cordova.
    """
    counts = f"""
        select FIPS as geoid, "Injury deaths|# Injury Deaths"::bigint as deaths,
            deaths / "Injury deaths|Injury Death Rate"::double * 100000 as population
        from read_csv('{real_file(STATES)}', {TEXT}) where FIPS not like '%000'
    """
    bench.run("injury_deaths", stg_cdc_wonder__injury_deaths=_injuries(2020, "All", counts))
    equal = proof("injury_2020").equal
    assert bench.agreement(INJURIES, 2020) == Agreement(equal, equal, equal, equal, equal, [], [])


def test_injury_deaths_of_2022(bench: Bench) -> None:
    """2018-2022; County Health Rankings knows the regions of Connecticut, which are published blank."""
    counts = f"""
        select statecode || countycode as geoid, v135_numerator::bigint as deaths,
            v135_denominator::double as population
        from read_csv('{real_file(f"{MEASURES}/v135_r2025.csv")}', {TEXT}) where countycode <> '000'
    """
    bench.run("injury_deaths", stg_cdc_wonder__injury_deaths=_injuries(2022, "All", counts))
    found = bench.agreement(INJURIES, 2022)
    known = proof("injury_2022")
    assert (found.both, found.values, found.lower, found.upper, found.flags) == (known.equal,) * 5
    assert found.only_published == ["02063", "02066"]
    assert [geoid for geoid in found.only_ours if not geoid.startswith("09")] == []
    assert bench.agreement(INJURIES_BY_RACE, 2022, "All", "race-ethnicity").values == known.equal


@pytest.mark.parametrize(
    ("race", "subgroup", "copied"),
    [
        ("white", "White, Non-Hispanic", ["02063", "02066"]),
        ("black", "Black, Non-Hispanic", []),
        ("hispanic", "Hispanic", []),
    ],
)
def test_injury_deaths_of_2022_by_race(bench: Bench, race: str, subgroup: str, copied: list[str]) -> None:
    """Rates and bounds are printed without counts: the deaths follow from the width of the interval."""
    bench.connection.execute(
        f"""
        create or replace table widths as
        select statecode || countycode as geoid, v135_race_{race}::double as rate,
            v135_race_{race}_cihigh::double / v135_race_{race}::double as factor
        from read_csv('{real_file(f"{MEASURES}/v135_otherdata_r2025.csv")}', {TEXT})
        where countycode <> '000' and v135_race_{race} <> ''
        """
    )
    counts = """
        select geoid, deaths, deaths / rate * 100000 as population from (
            select geoid, rate,
                case when abs(1 + 1.96 / sqrt(many) - factor) < 1e-9 then many else few end as deaths
            from (
                select geoid, any_value(rate) as rate, any_value(factor) as factor,
                    arg_min(limits.deaths, abs(upper_factor - factor)) as few,
                    any_value(round(pow(1.96 / (factor - 1), 2))) as many
                from widths cross join poisson_limits as limits
                group by geoid
            )
        )
    """
    bench.run("injury_deaths", stg_cdc_wonder__injury_deaths=_injuries(2022, subgroup, counts))
    found = bench.agreement(INJURIES_BY_RACE, 2022, subgroup, "race-ethnicity")
    known = proof(f"injury_2022_{race}")
    assert (found.both, found.values, found.lower, found.upper, found.flags) == (known.equal,) * 5
    assert found.only_published == copied


def test_physicians_of_2019(bench: Bench) -> None:
    """0 is published where a small county has no physician: ours is missing there (deviation
    physicians-zero).
    """
    bench.run(
        "primary_care_access",
        stg_ahrf__physicians=f"""
        select FIPS as geoid, 2019 as year, 'test' as source_file,
            try_cast("Primary care physicians|# Primary Care Physicians" as double)::bigint as physicians
        from read_csv('{real_file(STATES)}', {TEXT}) where FIPS not like '%000'
        """,
    )
    found = bench.agreement(PHYSICIANS, 2019)
    without = [geoid for geoid in found.only_published if geoid not in ("29097", "29145")]
    # 67 are the published zeros; of two counties the workbooks have no count.
    known = proof("physicians_2019")
    assert (found.both, found.values, found.flags) == (known.equal,) * 3
    assert len(without) == known.claimed
    assert found.only_ours == []
    zeros = bench.connection.execute(
        "select count(*) from computed "
        "where missing_reason = 'not_in_universe' and geoid in (select unnest(?))",
        [without],
    ).fetchone()
    assert zeros == (known.claimed,)


@pytest.mark.parametrize(
    ("year", "blank", "counts"),
    [
        (2019, 141, ("STATES", "FIPS", '"Social associations|# Associations"', "FIPS not like '%000'")),
        (2022, 150, ("v140", "statecode || countycode", "v140_numerator", "countycode <> '000'")),
    ],
)
def test_membership_associations(
    bench: Bench, year: int, blank: int, counts: tuple[str, str, str, str]
) -> None:
    """County Health Rankings has 0 exactly where a value is published blank: there are no rows of the
    industries.
    """
    source, geoid, number, counties = counts
    path = real_file(STATES if source == "STATES" else f"{MEASURES}/v140_r2025.csv")
    bench.run(
        "membership_associations",
        stg_cbp__county=f"""
        select {geoid} as geoid, {year} as year, 'test' as source_file,
            case when try_cast({number} as double) > 0 then '813110' else '------' end as naics,
            try_cast({number} as double)::bigint as establishments
        from read_csv('{path}', {TEXT}) where {counties} and try_cast({number} as double) is not null
        """,
        # Cities need business patterns by ZIP code, which are not at hand.
        stg_cbp__zip="""
        select '' as zip, 0 as year, '' as naics, 0::bigint as establishments, '' as source_file where false
        """,
        stg_geocorr__zcta_to_place="""
        select 0 as census_year, '' as zcta, '' as geoid, 0.0 as afact, 0.0 as share_of_place where false
        """,
    )
    found = bench.agreement(ASSOCIATIONS, year)
    assert (found.both, found.values, found.flags) == (proof(f"associations_{year}").equal,) * 3
    assert found.only_published == [] and found.only_ours == []
    withheld = bench.connection.execute(
        f"select count(*) from computed where year = {year} and missing_reason = 'suppressed_by_source'"
    ).fetchone()
    assert withheld == (blank,)


def test_births_of_seven_years(bench: Bench) -> None:
    """The published shares and bounds fix both counts; summed over 2017-2023 they are County Health
    Rankings'.
    """
    path = real_file("urban/04_health/neonatal-health/data/final/rate_low_birth_weight_metric_all_county.csv")
    bench.connection.execute(
        f"""
        create table recovered as
        select year::integer as year, state, state || county as geoid, share, lower, upper, quality,
            round(pow(1.96, 2) * share * (1 - share) / pow(upper - share, 2))::bigint as births,
            round(births * share)::bigint as low
        from (
            select *, try_cast(rate_low_birth_weight as double) as share,
                try_cast(rate_low_birth_weight_lb as double) as lower,
                try_cast(rate_low_birth_weight_ub as double) as upper,
                try_cast(rate_low_birth_weight_quality as integer) as quality
            from read_csv('{path}', {TEXT})
        )
        where share is not null
        """
    )
    bench.connection.execute(
        f"""
        create table pooled as
        select statecode, statecode || countycode as geoid, try_cast(num as bigint) as low,
            try_cast(denom as bigint) as births
        from read_csv('{real_file(f"{MEASURES}/v037_how.csv")}', {TEXT}) where statecode <> '00'
        """
    )
    named = bench.connection.execute(
        """
        select count(*), count(*) filter (ours.births = pooled.births and ours.low = pooled.low) from (
            select geoid, sum(births) as births, sum(low) as low from recovered
            where year >= 2017 and quality < 3
            group by all having count(*) = 7
        ) as ours inner join pooled using (geoid)
        """
    ).fetchone()
    assert named == (570, 570)
    pools = bench.connection.execute(
        """
        with
            ours as (
                select state, sum(births) as births, sum(low) as low from (
                    select distinct year, state, births, low from recovered where year >= 2017 and quality = 3
                ) group by all
            ),
            theirs as (
                select statecode as state, sum(births * sign) as births, sum(low * sign) as low from (
                    select *, case
                        when geoid like '%000' then 1
                        when geoid in (select geoid from recovered where quality < 3) then -1 else 0
                    end as sign
                    from pooled
                ) group by all
            )
        select count(*), count(*) filter (ours.births = theirs.births and ours.low = theirs.low)
        from ours inner join theirs using (state)
        """
    ).fetchone()
    assert pools == (48, 48)


def test_low_birth_weight_from_recovered_counts(bench: Bench) -> None:
    """The model on these counts, in the form of the exports: value, bounds and flag of every county
    of 2021.
    """
    test_births_of_seven_years(bench)
    bench.run(
        "low_birth_weight",
        stg_cdc_wonder__births="""
        select distinct case when quality = 3 then state || '999' else geoid end as geoid, year,
            'all' as subgroup_type, 'All' as subgroup, births, low as low_weight_births,
            false as is_suppressed, false as is_unnamed, 'test' as source_files
        from recovered where year = 2021
        """,
    )
    row = bench.connection.execute(
        """
        select
            count(*) filter (theirs.quality < 3),
            count(*) filter (abs(ours.value - share) <= 1e-9),
            count(*) filter (
                abs(ours.lower - theirs.lower) <= 1e-9 and abs(ours.upper - theirs.upper) <= 1e-9
            ),
            count(*) filter (ours.quality = theirs.quality),
            list(geoid order by geoid) filter (ours.quality <> theirs.quality),
            count(*) filter (theirs.quality = 3 and ours.quality = 3)
        from recovered as theirs inner join computed as ours using (geoid, year)
        where ours.subgroup_type = 'all' and year = 2021
        """
    ).fetchone()
    # Every county of these states is named, and yet the flag is 2 (deviation low-birth-weight-delaware-dc).
    known = proof("births_2021")
    flags = [*CONNECTICUT, "10001", "10003", "10005", "11001"]
    assert row == (578, known.cells, known.cells, known.equal, flags, 2565)
    assert len(flags) == known.claimed


def test_populations_behind_the_ratios_of_2021() -> None:
    """Each ratio is a population of Vintage 2022 by a whole number of physicians, rounded.

    No count of physicians of 2021 is at hand; of the frame's vintage only 316 would fit, by chance.
    """
    published = real_file("urban/04_health/access-health-services/final/ratio_pop_pcp_metric_all_county.csv")
    estimates = SHIPPED_MIRROR / "census_population_estimates" / "2022" / "co-est2022-alldata.csv.gz"
    frame = real_file("urban/geographic-crosswalks/data/county-populations.csv")
    fitting = """
        select count(*), count_if(round_even(people / round(people / ratio), 0) = ratio) from (
            select ratio_population_pc_physician::double as ratio, state || county as geoid
            from read_csv($published, all_varchar = true, nullstr = 'NA') where year = '2021'
        ) inner join ({people}) using (geoid) where ratio > 0"""
    vintage_2022 = """
        select lpad(state, 2, '0') || lpad(county, 3, '0') as geoid, popestimate2021::double as people
        from read_csv($people, all_varchar = true, encoding = 'latin-1') where sumlev::integer = 50"""
    of_frame = """
        select state || county as geoid, population::double as people
        from read_csv($people, all_varchar = true, encoding = 'latin-1') where year = '2021'"""
    known = proof("physicians_2021_population")
    for people, path, fits in ((vintage_2022, estimates, known.equal), (of_frame, frame, 316)):
        found = duckdb.execute(
            fitting.replace("{people}", people), {"published": str(published), "people": str(path)}
        ).fetchone()
        assert found is not None and found[1] == fits, found
        if people == vintage_2022:
            assert found[0] == known.cells
