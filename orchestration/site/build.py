"""Writes the site of a release: into the candidate, or into a folder beside a finished release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.manifests import read_manifest
from orchestration.base.settings import Settings
from orchestration.release.folders import told_in_plain_words
from orchestration.release.store import changed_files
from orchestration.site import data
from orchestration.site.facts import open_release, read_facts
from orchestration.site.pages import APP, DOCUMENTS, Pages, Placement
from orchestration.site.tables import tables_by_state
from orchestration.storage.folders import rename_into_place

Progress = Callable[[int, int, str], None]
FOLDER = "site"


def write_into(candidate: Path, settings: Settings) -> int:
    """Write `site/` into a candidate that has everything else but its files' hashes and the verdict.

    Its pages lead to the gate's report, the changes and the tables where these stand in the release.

    Args:
        candidate: folder of the candidate; its manifest names version, inputs and tables already.
        settings: whose warehouse and dbt project the documentation of the models is of.

    Returns:
        How many pages were written.
    """
    from orchestration.site import dbt_docs
    from orchestration.warehouse import project as dbt_project

    folder = candidate / FOLDER
    version = read_manifest(candidate)["version"]
    dbt_docs.write(folder / "dbt", dbt_project.manifest(settings), settings.warehouse, version)
    has_changes = (candidate / "changes").is_dir()
    return 1 + _write(candidate, folder, Placement("../", has_changes, True, tuple(DOCUMENTS)), None)


def build_site(release: Path, target: Path, progress: Progress | None = None) -> int:
    """Write the pages of a release or candidate into a folder of their own, with its reports and documents.

    The documentation of the models is not among them: a release holds no dbt project to make it of.

    Args:
        release: its folder; it is only read.
        target: folder of the site; one that this function wrote before is replaced, another is refused.
        progress: called now and then with the number of communities.

    Returns:
        How many pages were written.

    Raises:
        MobilityError: the release is not as its manifest says, or `target` holds something else, or cannot
            be written.
    """
    hidden = target.with_name(f".{target.name}.new")
    with told_in_plain_words("Writing the site", target):
        _refuse_what_is_no_site(target)
        _refuse_changed(release)
        shutil.rmtree(hidden, ignore_errors=True)
        hidden.mkdir(parents=True)
        try:
            documents = tuple(name for name in DOCUMENTS if (release / name).is_file())
            placement = Placement("", (release / "changes").is_dir(), False, documents)
            count = _write(release, hidden, placement, progress)
            rename_into_place(hidden, target)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
    return count


def _refuse_what_is_no_site(target: Path) -> None:
    if (
        target.exists()
        and any(target.iterdir())
        and not any((target / name).is_file() for name in ("style.css", "app/style.css"))
    ):
        raise MobilityError(
            "The folder holds something that is no site.",
            where=str(target),
            expected="an empty folder, none, or a site of an earlier release",
            found=", ".join(sorted(path.name for path in target.iterdir())[:5]),
            remedy="name another folder",
        )


def _refuse_changed(release: Path) -> None:
    """Pages carry a release's name: they show its numbers, or there are none."""
    findings = changed_files(release)
    if findings:
        raise MobilityError(
            "No site is made of a release whose files are not as published.",
            where=str(release),
            expected="exactly the files of its manifest",
            found="; ".join(findings[:3]) + (f"; and {len(findings) - 3} more" if len(findings) > 3 else ""),
            remedy="see `mobility release verify`; bring the release back as it was published",
        )


def _write(release: Path, folder: Path, placement: Placement, progress: Progress | None) -> int:
    for name in ("data", "metric", "tables"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(APP, folder / "app")
    with open_release(release) as connection:
        facts = read_facts(connection, release)
        pages = Pages(facts, placement)
        data.write(connection, facts, folder / "data", progress)
        states = []
        for state, name, links, tables in tables_by_state(connection, facts):
            data.put(folder / "tables" / f"{state}.html", pages.tables(name, links, tables))
            states.append((state, name))
        data.put(folder / "index.html", pages.index(_json_ld(release, placement), states))
        data.put(folder / "community.html", pages.community(states))
        data.put(folder / "release.html", pages.release())
        for variable in facts.variables:
            data.put(folder / "metric" / f"{variable}.html", pages.metric(variable))
        if not placement.inside:
            _copy_documents(release, folder, pages, placement)
    return len(facts.variables) + len(states) + 3


def _copy_documents(release: Path, folder: Path, pages: Pages, placement: Placement) -> None:
    """What the pages lead to, where they do not stand in the release themselves."""
    for name in placement.documents:
        shutil.copyfile(release / name, folder / name)
    for name in ("gate", "changes"):
        if (release / name).is_dir():
            shutil.copytree(release / name, folder / name)
    if not (folder / "gate" / "report.html").is_file():
        note = pages.note("The gate has not judged this candidate yet", "../")
        (folder / "gate").mkdir(exist_ok=True)
        data.put(folder / "gate" / "report.html", note)


def _json_ld(release: Path, placement: Placement) -> dict[str, Any] | None:
    """The release's own schema.org metadata, its files seen from the page; without them beside a release."""
    path = release / "schema_org.json"
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    files = found.pop("distribution", [])
    if placement.inside:
        found["distribution"] = [
            {**one, "contentUrl": placement.reports + one["contentUrl"]} for one in files
        ]
    return found
