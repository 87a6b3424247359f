"""Building a release anew from what its manifest records, and saying precisely what differs if anything does.

The inputs are taken from the raw store by their hashes, never from a mirror or the network; the version and
the release before are those of the manifest. Code and packages are today's: where they are not those that
made the release, that is the first finding.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of
from orchestration.base.manifests import read_manifest
from orchestration.base.settings import Settings
from orchestration.release import inputs_and_code
from orchestration.release.candidate import Edition, WritePages, build_candidate
from orchestration.release.folders import told_in_plain_words
from orchestration.release.store import find, versions
from orchestration.sources.model import SourceFile
from orchestration.storage import home

Progress = Callable[[int, int, str], None]
_STEPS = ("inputs", "warehouse", "candidate", "gate")
_SHOWN = 8


@dataclass(frozen=True)
class Rebuilt:
    """The candidate that was built, and every way in which it is not the release."""

    candidate: Path
    findings: list[str]

    @property
    def is_same(self) -> bool:
        """Whether every byte is the same."""
        return not self.findings


def rebuild(
    settings: Settings,
    release: Path,
    into: Path,
    progress: Progress | None = None,
    write_pages: WritePages | None = None,
) -> Rebuilt:
    """Build a release anew below an empty folder.

    Args:
        settings: where the raw store with the recorded inputs and the release before it are.
        release: folder of the release.
        into: an empty or new folder; what is built stays there.
        progress: called once per finished step.
        write_pages: needed if the release has pages; see `build_candidate`.

    Raises:
        MobilityError: an input is not in the raw store any more, or `into` is not empty.
    """
    manifest = read_manifest(release)
    if into.exists() and any(into.iterdir()):
        raise MobilityError(
            "A release is rebuilt in an empty folder only.",
            where=str(into),
            expected="an empty folder, or none",
            found="files",
            remedy="name another folder",
        )
    from orchestration import gate
    from orchestration.warehouse import build as warehouse

    def tell(step: str) -> None:
        if progress is not None:
            progress(_STEPS.index(step) + 1, len(_STEPS), step)

    has_site = bool(manifest.get("has_site"))
    there = settings.model_copy(
        update={"home": into.resolve(), "store": "", "mirrors": (), "inbox": None, "site": has_site}
    )
    with told_in_plain_words("Rebuilding", into):
        _take_inputs(settings, there, manifest)
        tell("inputs")
        warehouse.build(there)
        tell("warehouse")
        previous = _release_before(settings, manifest)
        edition = Edition(str(manifest["version"]), previous)
        candidate = build_candidate(there, edition, write_pages)
        tell("candidate")
        gate.judge(candidate, previous)
        tell("gate")
    return Rebuilt(candidate, _code_findings(manifest) + differences(release, candidate))


def differences(release: Path, candidate: Path) -> list[str]:
    """Every file that is not the same, and what differs in it."""
    old, new = read_manifest(release), read_manifest(candidate)
    findings = []
    for name in sorted(old["files"].keys() | new["files"].keys()):
        was, now = old["files"].get(name), new["files"].get(name)
        if was is None or now is None:
            findings.append(f"{name}: {'only in the release' if now is None else 'only in what was built'}")
        elif was["sha256"] != now["sha256"]:
            findings.append(
                f"{name}: {was['bytes']:,} bytes in the release, {now['bytes']:,} built, other content"
            )
    findings += _facts(old, new)
    for name in ("gate/verdict.json", "gate/report.md", "gate/report.html"):
        if (release / name).is_file() and sha256_of(release / name) != sha256_of(candidate / name):
            findings.append(f"{name}: other content")
    return findings + _cells(release, candidate, findings)


def _cells(release: Path, candidate: Path, findings: list[str]) -> list[str]:
    """Which cells of the long table differ, where its file does."""
    if not any(line.startswith("parquet/metric_values.parquet") for line in findings):
        return []
    from orchestration.release.diff import compare

    blocks = compare(release, candidate).blocks
    lines = [
        f"metric_values: {block['cells']:,} cells of {block['variable']}, {block['geography_type']}, "
        f"{block['subgroup_type']}, {block['year']}: {block['cause']}"
        for block in blocks[:_SHOWN]
    ]
    return lines + ([f"metric_values: and {len(blocks) - _SHOWN} more blocks"] if blocks[_SHOWN:] else [])


def _facts(old: Any, new: Any, path: tuple[str, ...] = ()) -> list[str]:
    """Facts of the manifests that differ, by their place; files are compared one by one before."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted(old.keys() | new.keys())
        if not path:
            keys.remove("files")
        return [line for key in keys for line in _facts(old.get(key), new.get(key), (*path, key))]
    place = f"manifest.json: {'.'.join(path)}"
    return [] if old == new else [f"{place}: {_short(old)} in the release, {_short(new)} built"]


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 60 else text[:57] + "..."


def _code_findings(manifest: dict[str, Any]) -> list[str]:
    """Whether this is the code, and these the packages, that made the release."""
    then, now = manifest["code"], inputs_and_code.code()
    findings = []
    if then.get("has_uncommitted_changes"):
        findings.append("code: the release was made with changes that were never committed")
    for name, word in (("commit", "commit"), ("lock_sha256", "lock of the packages")):
        if then.get(name) != now.get(name):
            findings.append(
                f"code: {word} {str(then.get(name))[:12]} made the release, {str(now.get(name))[:12]} is here"
                + (f"; `git checkout {then[name]}` gives it" if name == "commit" and then.get(name) else "")
            )
    return findings


def _take_inputs(settings: Settings, there: Settings, manifest: dict[str, Any]) -> None:
    """Raw files, receipts and the lake below `there`, from the hashes of the manifest."""
    from orchestration.ingest import drafts
    from orchestration.sources import SOURCES
    from orchestration.storage import raw_store

    listed = {(name, file.vintage, file.name): file for name, one in SOURCES.items() for file in one.files}
    unknown = [item for item in manifest["inputs"] if _key(item) not in listed]
    if unknown:
        raise MobilityError(
            "The project has no record of an input any more.",
            where="orchestration/sources",
            expected="every input of the manifest",
            found=", ".join(" ".join(_key(item)) for item in unknown[:5]),
            remedy="check out the commit that made the release, then rebuild",
        )
    together: dict[tuple[str, str, str | None], list[tuple[SourceFile, str]]] = defaultdict(list)
    for item in manifest["inputs"]:
        source, file = SOURCES[item["source"]], listed[_key(item)]
        raw_store.take_over(there, settings, item["sha256"], item["official_name"])
        facts = {name: value for name, value in item.items() if name not in ("source", "vintage", "file")}
        receipt = raw_store.receipt(there, source.name, file.vintage, file.name) or {
            "source": source.name, "vintage": file.vintage, "file": file.name, "received": [], "seen": {},
        }  # fmt: skip
        receipt["received"].append({"headers": {}, **facts})
        raw_store.write_receipt(there, receipt)
        together[source.name, file.vintage, file.partition].append((file, item["sha256"]))
    for (name, _, _), files in together.items():
        refused = drafts.write(there, SOURCES[name], files).refused
        for error in refused.values():
            raise error


def _key(item: dict[str, Any]) -> tuple[str, str, str]:
    return str(item["source"]), str(item["vintage"]), str(item["file"])


def _release_before(settings: Settings, manifest: dict[str, Any]) -> Path | None:
    """The release that this one was compared with; `CHANGES.md` and the verdict speak of it."""
    before = manifest.get("previous")
    if before is None:
        return None
    folder = find(settings, str(before["version"]))
    if folder is not None and read_manifest(folder)["content_id"] == before["content_id"]:
        return folder
    raise MobilityError(
        "The release before this one is not here.",
        where=home.releases(settings).where(),
        expected=f"version {before['version']} with content {before['content_id'][:12]}",
        found=", ".join(versions(settings)) or "no release",
        remedy="bring that folder back: the changes and the verdict were made against it",
    )
