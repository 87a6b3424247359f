"""What a person would do without this project: read the result files, join them, write wide CSVs.

python -m tests.benchmarks.plain_pandas OUTPUT_FOLDER
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pandas as pd

from orchestration.base.settings import SEEDS_DIR, SHIPPED_MIRROR

NAMES = {"place_fips": "place"}


def read(path: Path) -> pd.DataFrame:
    """One result file with padded text codes."""
    table = pd.read_csv(
        path, dtype={"state": str, "county": str, "place": str, "place_fips": str}, encoding="latin-1"
    )
    table = table.rename(columns=NAMES)
    for column, width in (("state", 2), ("county", 3), ("place", 5)):
        if column in table:
            table[column] = table[column].str.zfill(width)
    return table


def main(folder: Path) -> None:
    """Join all files at hand onto their frames, a publication at a time."""
    mirror = {path.name.removesuffix(".gz"): path for path in SHIPPED_MIRROR.rglob("*.csv*")}
    by_publication: dict[tuple[str, str], list[pd.DataFrame]] = {}
    with (SEEDS_DIR / "published_files.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = mirror.get(Path(row["repo_path"]).name)
            if row["at_hand"] != "true" or path is None:
                continue
            for publication in row["assembled_in"].split(";"):
                by_publication.setdefault((publication, row["geography_type"]), []).append(read(path))
    for (publication, geography), tables in by_publication.items():
        populations = "county-populations.csv" if geography == "county" else "place-populations.csv"
        wide = read(mirror[populations])
        for table in tables:
            keys = ["year", "state", geography]
            if "subgroup" in table and "subgroup" in wide:
                keys.append("subgroup")
            new = table.drop(columns=[name for name in table if name in wide and name not in keys])
            wide = wide.merge(new, on=keys, how="left")
        wide.to_csv(folder / f"{publication}.csv", index=False)
    print(f"{len(by_publication)} tables")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
