"""The invented state: files in the agencies' own layouts, made by one seeded generator.

`write_sample` writes a mirror folder that the sample channel reads as the national channel reads the
shipped one. It goes through the records of all sources, so that a source without invented files shows.
"""

from __future__ import annotations

from pathlib import Path

SEED = 20261
"""The seed of the sample that the tests and `mobility run --sample` use."""


def write_sample(folder: Path, seed: int = SEED) -> Path:
    """Write the mirror folder of the invented state.

    Args:
        folder: where to write; files of an earlier sample there are replaced.
        seed: another seed gives another state with the same areas.

    Returns:
        The folder.

    Raises:
        MobilityError: the folder holds something that is no sample.
    """
    from orchestration.sample.mirror import write_mirror

    return write_mirror(folder, seed)


def ensure_sample(folder: Path) -> Path:
    """The mirror folder of the invented state, written if it is not there or its maker changed.

    Raises:
        MobilityError: the folder holds something that is no sample.
    """
    from orchestration.sample.mirror import maker_hash

    stamp = folder.with_name(f"{folder.name}.made_by")
    maker = maker_hash(SEED)
    known = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
    if known != maker or not folder.is_dir():
        stamp.unlink(missing_ok=True)
        write_sample(folder)
        stamp.write_text(maker, encoding="utf-8", newline="\n")
    return folder
