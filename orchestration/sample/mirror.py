"""The mirror folder of the sample: an invented twin of every file of every source."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.base.code import below, fingerprint
from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, SEEDS_DIR
from orchestration.ingest.channels import SAMPLE_MARK, is_sample_mirror
from orchestration.ingest.mirror_list import write_list
from orchestration.sample import twin
from orchestration.sample.world import build_world
from orchestration.sample.writing import put
from orchestration.sources import SOURCES

PACKED_FROM = 20_000
"""Text files from this size on are stored compressed, as in the shipped mirror."""


def maker_hash(seed: int) -> str:
    """Hash of all that decides what the sample's files hold: its code and tables, the sources, the series."""
    here, sources = Path(__file__).parent, PROJECT_ROOT / "orchestration" / "sources"
    made_of = [
        file for folder in (here, SEEDS_DIR, sources) for file in below(folder.parent, folder, ".py", ".csv")
    ]
    return f"{seed} {fingerprint(made_of)}"


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
        left_out = twin.absent(source)
        for file in source.files:
            if file.official_name in left_out or file.channel == "national":
                continue
            content = twin.content(world, source, file)
            path = source.canonical_path(file)
            packed = len(content) >= PACKED_FROM and file.official_name.endswith((".csv", ".txt"))
            put(draft / (f"{path}.gz" if packed else path), content)
    write_list(draft, sample=True)
    if folder.exists():
        shutil.rmtree(folder)
    draft.rename(folder)
    return folder
