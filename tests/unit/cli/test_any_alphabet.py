"""A terminal without some letters, or a reader that is none: the command prints all the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
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


# Every verb in one process: what its streams can say is settled when it starts, and starting takes longest.
VERBS = {
    "show": ("show", "99001"),
    "list": ("release", "list"),
    "verify": ("release", "verify"),
    "sources": ("sources",),
    "unknown": ("explain", "Doñž", "x", "2018"),
    "json": ("explain", "99001", "{variable}", "{year}", "--json"),
}
ONE_AFTER_THE_OTHER = """
import sys
from orchestration import cli

given = sys.argv[1:]
while given:
    end = given.index("then")
    sys.argv[1:], given = given[:end], given[end + 1 :]
    try:
        cli.main()
    except SystemExit as left:
        print("ended with", left.code or 0, flush=True)
"""


@dataclass(frozen=True)
class Heard:
    """What a process printed: of each verb, and among errors."""

    locale: str
    of: dict[str, str]
    codes: dict[str, int]
    errors: bytes


@pytest.fixture(scope="module", params=LOCALES)
def heard(request: pytest.FixtureRequest, home: Path) -> Heard:
    with duckdb.connect(str(home / "sample/releases/current/mobility.duckdb"), read_only=True) as connection:
        variable, year = connection.execute(
            "select variable, year from metric_values where geoid = '99001' and subgroup_type = 'all' and "
            "value is not null and sample not like 'acs%' order by all limit 1"
        ).fetchall()[0]
    words = [
        word.format(variable=variable, year=year)
        for verb in VERBS.values()
        for word in (*verb, "--sample", "--home", str(home), "then")
    ]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))
    }
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_THE_OTHER, *words],
        cwd=PROJECT_ROOT, env=kept | LOCALES[request.param], capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("latin-1")
    out = done.stdout.decode("utf-8" if request.param == "utf-8" else "latin-1")
    parts = re.findall(r"(.*?)ended with (\d+)\r?\n", out, flags=re.DOTALL)
    assert len(parts) == len(VERBS)
    texts, codes = zip(*parts, strict=True)
    return Heard(
        request.param,
        dict(zip(VERBS, texts, strict=True)),
        dict(zip(VERBS, map(int, codes), strict=True)),
        done.stderr,
    )


def test_a_name_with_a_tilde_is_shown(heard: Heard) -> None:
    assert heard.codes["show"] == 0 and TOLD.get(heard.locale, "Do?a Ana") in heard.of["show"]


def test_no_other_verb_minds(heard: Heard) -> None:
    assert heard.codes == dict.fromkeys(VERBS, 0) | {"unknown": 1}
    told = heard.errors + "".join(heard.of.values()).encode()
    assert not any(word in told for word in (b"UnicodeEncodeError", b"unexpected", b"Traceback"))


def test_json_loses_no_letter(heard: Heard) -> None:
    assert json.loads(heard.of["json"])["geography"]["name"] == "Doña Ana"
