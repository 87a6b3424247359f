"""Writes the site of a release into a folder that appears whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from orchestration.errors import MobilityError
from orchestration.release.files import rename_into_place, told_in_plain_words
from orchestration.site import pages
from orchestration.site.data import areas_with_cells, open_release, read_facts

Progress = Callable[[int, int, str], None]
_TOLD_EVERY = 250


def build_site(release: Path, target: Path, progress: Progress | None = None) -> int:
    """Write the pages of a release or candidate.

    Args:
        release: its folder; it is only read.
        target: folder of the site; one that this function wrote before is replaced, another is refused.
        progress: called now and then with the number of pages.

    Returns:
        How many pages were written.

    Raises:
        MobilityError: `target` holds something else, or cannot be written.
    """
    if target.exists() and any(target.iterdir()) and not (target / "style.css").is_file():
        raise MobilityError(
            "The folder holds something that is no site.",
            where=str(target),
            expected="an empty folder, none, or a site of an earlier release",
            found=", ".join(sorted(path.name for path in target.iterdir())[:5]),
            remedy="name another folder",
        )
    hidden = target.with_name(f".{target.name}.new")
    with told_in_plain_words("Writing the site", target):
        shutil.rmtree(hidden, ignore_errors=True)
        hidden.mkdir(parents=True)
        try:
            count = _write(release, hidden, progress)
            rename_into_place(hidden, target)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
    return count


def _write(release: Path, folder: Path, progress: Progress | None) -> int:
    for name in ("county", "place", "metric"):
        (folder / name).mkdir()
    with open_release(release) as connection:
        facts = read_facts(connection, release)
        _text(folder / "style.css", pages.STYLE)
        _text(folder / "index.html", pages.index(facts))
        for variable in facts.variables:
            _text(folder / "metric" / f"{variable}.html", pages.metric_page(facts, variable))
        done, total = 0, len(facts.areas)
        for area, trends, groups in areas_with_cells(connection, facts):
            _text(folder / area.page, pages.area_page(facts, area, trends, groups))
            done += 1
            if progress is not None and (done % _TOLD_EVERY == 0 or done == total):
                progress(done, total, area.state_name)
        _reports(release, folder, facts)
    return done + len(facts.variables) + 3


def _reports(release: Path, folder: Path, facts: pages.Facts) -> None:
    """The gate's report and the changes as the release has them, or a page that says there is none."""
    for name, found, words in (
        ("gate.html", release / "gate" / "report.html", "The gate has not judged this candidate yet."),
        ("changes.html", release / "changes" / "index.html", "The first release: nothing to compare with."),
    ):
        if found.is_file():
            shutil.copyfile(found, folder / name)
        else:
            _text(folder / name, pages.page(facts, words, ""))


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
