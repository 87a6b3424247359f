"""The R of docs/comparing.md, as it stands there, on the sample: what R gets is what Python gets."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mobility
from orchestration.base.settings import PROJECT_ROOT

_TEXT = (PROJECT_ROOT / "docs" / "comparing.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"```r\n(.*?)```", _TEXT, flags=re.DOTALL)
_CELL = ("99001", "share_employed", 2018, 2021)


@pytest.mark.parametrize("package", ["duckdb", "reticulate"])
def test_r_gets_what_python_gets(package: str, sample_release: Path, sample_home: Path) -> None:
    (block,) = (one for one in _BLOCKS if f"{package}::" in one)
    rscript = shutil.which("Rscript")
    if (
        rscript is None
        or subprocess.run([rscript, "-e", f"library({package})"], capture_output=True).returncode
    ):
        pytest.skip(f"R WITH PACKAGE {package} IS NOT HERE: its snippet was not run")
    ours = (
        block.replace("40143", _CELL[0])
        .replace("2023", str(_CELL[3]))
        .replace("mobility$open()", 'mobility$open(channel = "sample")')
    )
    said = subprocess.run(
        [rscript, "-e", ours + 'cat(found$geoid, format(found$standard_error, digits = 15), sep = "\\n")'],
        cwd=sample_release,
        env=os.environ
        | {
            "MOBILITY_HOME": str(sample_home),
            "RETICULATE_PYTHON": sys.executable,
            "PYTHONPATH": str(PROJECT_ROOT),
        },
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stderr
    geoid, error = said.stdout.split()[-2:]
    with mobility.open(sample_release) as release:
        (told,) = release.change(*_CELL).to_dict("records")
    assert told["standard_error"] > 0
    assert (geoid, float(error)) == (_CELL[0], pytest.approx(told["standard_error"], rel=1e-12))
