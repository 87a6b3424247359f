"""The mirror folder of the sample: which file of which source is written by whom."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, SEEDS_DIR
from orchestration.ingest.channels import SAMPLE_MARK, is_sample_mirror
from orchestration.ingest.mirror_list import write_list
from orchestration.sample import atlas, county_place, crosswalks, debt, income_limits, populations, results
from orchestration.sample.microdata.archives import archive
from orchestration.sample.world import World, build_world
from orchestration.sample.writing import put, table
from orchestration.sources import SOURCES
from orchestration.sources.model import Source, SourceFile

Writer = Callable[[World], bytes]
PACKED_FROM = 20_000
"""Text files from this size on are stored compressed, as in the shipped mirror."""


def _processed(kind: str, world: World) -> bytes:
    columns, rows = {
        "county": (crosswalks.PROCESSED_COUNTY_COLUMNS, crosswalks.processed_county),
        "place": (crosswalks.PROCESSED_PLACE_COLUMNS, crosswalks.processed_place),
    }[kind]
    return table(columns, rows(world), "readr").encode("utf-8")


def _result_writers() -> dict[str, Writer]:
    return {layout.repo_path: partial(results.result_file, layout=layout) for layout in results.layouts()}


OTHER_WRITERS: dict[str, Writer] = {
    "county-populations.csv": partial(populations.frame, geography_type="county"),
    "place-populations.csv": partial(populations.frame, geography_type="place"),
    "crosswalk_puma_to_county.csv": partial(_processed, "county"),
    "crosswalk_puma_to_place.csv": partial(_processed, "place"),
    "geocorr2018_puma_county_2010.csv": partial(crosswalks.geocorr, vintage="2010", target="county"),
    "geocorr2018_puma_place_2010.csv": partial(crosswalks.geocorr, vintage="2010", target="place"),
    "geocorr2022_puma_county_2020.csv": partial(crosswalks.geocorr, vintage="2020", target="county"),
    "geocorr2022_puma_place_2020.csv": partial(crosswalks.geocorr, vintage="2020", target="place"),
    "geocorr2018_county_place_2014_thru_2019.csv": county_place.raw_2018,
    "geocorr2022_county_place_2020_2021.csv": county_place.processed_2020,
    "geocorr2022_county_place_2022_onwards.csv": county_place.processed_2022,
    "social_capital_county.csv": atlas.county_file,
    "social_capital_zip.csv": atlas.zip_file,
    "2010_ZCTA_2021_Census_Places_Crosswalk.csv": atlas.overlap_file,
    "2022tractcrosswalk.csv": populations.tract_changes,
    "county_dia_delinquency_ 7 Jun 2022.xlsx": debt.county_workbook_2022,
    "dia_lbls_all_overall_county_2023_1Jul2024.xlsx": partial(debt.county_workbook_2023, medical=False),
    "dia_lbls_all_medical_county_2023_1Jul2024.xlsx": partial(debt.county_workbook_2023, medical=True),
    "3_city_financial_health_metrics_b.xlsx": debt.city_workbook,
}
"""By official name: files that are not result files."""
WRITERS_OF_SOURCES: dict[str, Callable[..., bytes]] = {
    "census_acs_pums": archive,
    "census_population_estimates": lambda world, file: populations.estimates(world, int(file.vintage)),
    "hud_income_limits": lambda world, file: income_limits.workbook_of(world, int(file.vintage)),
}
"""By source: all its files, where names repeat from year to year."""
NOT_OF_THIS_STATE = {
    "geocorr2022_ct_planning_region_to_place.csv": "holds planning regions, which Connecticut alone has",
    "geocorr2022_puma_2020_planning_regions_2022.csv": "holds planning regions, which Connecticut alone has",
}
"""Files that the agency would not deliver for this state, and why; the run goes without them."""


def writer_of(source: Source, file: SourceFile) -> Writer | None:
    """What writes a source's file, or None if the sample does not know it."""
    if source.name in WRITERS_OF_SOURCES:
        return partial(WRITERS_OF_SOURCES[source.name], file=file)
    return (_result_writers() | OTHER_WRITERS).get(file.official_name)


def maker_hash(seed: int) -> str:
    """Hash of all that decides what the sample's files hold: its code and tables, the sources, the series."""
    digest = hashlib.sha256(str(seed).encode())
    here, sources = Path(__file__).parent, PROJECT_ROOT / "orchestration" / "sources"
    # Folder by folder: where the project lies must not decide the order.
    for folder in (here, SEEDS_DIR, sources):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".csv"}):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def write_mirror(folder: Path, seed: int) -> Path:
    """See `orchestration.sample.write_sample`."""
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()) and not is_sample_mirror(folder):
        raise MobilityError(
            "The sample would overwrite files that are no sample.",
            where=str(folder),
            expected=f"an empty folder, or one with the file {SAMPLE_MARK}",
            found="other files",
            remedy="give another folder",
        )
    draft = folder.with_name(f".{folder.name}.draft")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(parents=True)
    world = build_world(seed)
    for source in SOURCES.values():
        for file in source.files:
            if file.official_name in NOT_OF_THIS_STATE or file.channel == "national":
                continue
            write = writer_of(source, file)
            if write is None:
                raise MobilityError(
                    "The sample has no invented file for a file of a source.",
                    where=f"{source.name}/{file.vintage}/{file.official_name}",
                    expected="an entry in orchestration/sample/mirror.py",
                    found="none",
                    remedy="write what this agency would deliver for the invented state (docs/sample.md)",
                )
            content = write(world)
            path = source.canonical_path(file)
            packed = len(content) >= PACKED_FROM and file.official_name.endswith((".csv", ".txt"))
            put(draft / (f"{path}.gz" if packed else path), content)
    write_list(draft, sample=True)
    if folder.exists():
        shutil.rmtree(folder)
    draft.rename(folder)
    return folder
