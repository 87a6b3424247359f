"""A terminal without some letters, or a reader that is none: the command prints all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration import release
from orchestration.base.settings import PROJECT_ROOT, Settings
from tests.support.verdict import write_verdict
from tests.support.warehouse import make_warehouse

LOCALES = {
    "C, without Python's help": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ascii named": {"PYTHONIOENCODING": "ascii"},
    "ascii, strictly": {"PYTHONIOENCODING": "ascii:strict"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "utf-8": {"PYTHONIOENCODING": "utf-8"},
}
TOLD = {"latin-1": "Doña Ana", "utf-8": "Doña Ana"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release, below a folder with such letters, in which a county has one beyond ASCII, as 35013 has."""
    settings = Settings(home=tmp_path_factory.mktemp("alphabet") / "été ž", channel="sample")
    make_warehouse(settings.warehouse)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("update geographies set name = 'Doña Ana' where geoid = '99001'")
        connection.execute("update variables set label = label || ' – ž'")
    candidate = release.build_candidate(settings)
    write_verdict(candidate)
    release.publish(settings, candidate, approver="Doña Publicó")
    return settings.home


def command(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))
    }
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT_ROOT,
        env={**kept, **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_a_name_with_a_tilde_is_shown(home: Path, locale: str) -> None:
    done = command(LOCALES[locale], "show", "99001", "--sample", "--home", str(home))
    assert done.returncode == 0, done.stderr.decode("latin-1")
    out = done.stdout.decode("utf-8" if locale == "utf-8" else "latin-1")
    assert TOLD.get(locale, "Do?a Ana") in out and "Traceback" not in out


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "arguments", [["release", "list"], ["release", "verify"], ["sources"], ["explain", "Doñž", "x", "2018"]]
)
def test_no_other_verb_minds(home: Path, locale: str, arguments: list[str]) -> None:
    done = command(LOCALES[locale], *arguments, "--sample", "--home", str(home))
    told = done.stdout + done.stderr
    assert done.returncode in (0, 1) and b"UnicodeEncodeError" not in told and b"unexpected" not in told


@pytest.mark.parametrize("locale", LOCALES)
def test_json_loses_no_letter(home: Path, locale: str) -> None:
    with duckdb.connect(str(home / "sample/releases/current/mobility.duckdb"), read_only=True) as connection:
        variable, year = connection.execute(
            "select variable, year from metric_values where geoid = '99001' and subgroup_type = 'all' and "
            "value is not null and sample not like 'acs%' order by all limit 1"
        ).fetchall()[0]
    given = ["explain", "99001", variable, str(year), "--json", "--sample", "--home", str(home)]
    done = command(LOCALES[locale], *given)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["geography"]["name"] == "Doña Ana"
