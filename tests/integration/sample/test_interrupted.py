"""Ctrl-C in the middle of a run: at once, in one sentence, with nothing half done to be seen."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from orchestration.settings import PROJECT_ROOT, Settings


def test_an_interrupted_run_ends_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "orchestration.cli", "run", "--sample", "--home", str(tmp_path)]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if line.startswith("models and tests ..."):
                break
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "interrupted; nothing half done is visible" in said and "Traceback" not in said
    settings = Settings(home=tmp_path, channel="sample")
    assert not settings.warehouse.exists() and not settings.releases_dir.exists()
