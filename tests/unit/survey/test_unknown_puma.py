"""Records of a PUMA that the crosswalk does not know stop the build, with their number."""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.base.settings import DBT_PROJECT_DIR
from tests.support import survey_draws, survey_models
from tests.unit.survey.test_models_agree_with_plain import AREAS, YEAR

RULE = "every_survey_puma_is_known"
RULE_FILE = DBT_PROJECT_DIR / "tests" / "warehouse" / f"{RULE}.sql"
NOWHERE = "09999"


def _file(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name / "warehouse.duckdb"  # the rendered SQL names the database


def test_records_of_an_unknown_puma_are_counted(tmp_path: Path, rendered: dict[str, str]) -> None:
    records = survey_draws.records(5, f"{YEAR}-1yr")
    with survey_models.warehouse(_file(tmp_path, "known"), AREAS, records) as connection:
        survey_models.run(connection, rendered, "survey_person_sums")
        assert connection.execute(rendered[RULE]).fetchall() == []

    moved = {kind: frame.copy() for kind, frame in records.items()}
    homes = moved["housing_units"]
    chosen = set(homes.loc[(homes["TYPE"] == 1) & (homes["NP"] > 0), "SERIALNO"].head(3))
    for frame in moved.values():
        frame.loc[frame["SERIALNO"].isin(chosen), "PUMA"] = NOWHERE
    with survey_models.warehouse(_file(tmp_path, "moved"), AREAS, moved) as connection:
        survey_models.run(connection, rendered, "survey_person_sums")
        [(year, sample, state, puma, lost)] = connection.execute(rendered[RULE]).fetchall()
        assert (year, sample, state, puma) == (YEAR, "acs1", "99", NOWHERE)
        assert lost >= len(chosen)
        # dbt tells this number of a failed test, and `mobility` passes it on.
        [calculation] = re.findall(r'fail_calc="(.+?)"', RULE_FILE.read_text(encoding="utf-8"))
        told = connection.execute(f"select {calculation} from ({rendered[RULE]})").fetchone()
        assert told == (lost,)
