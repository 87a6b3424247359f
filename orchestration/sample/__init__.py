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
