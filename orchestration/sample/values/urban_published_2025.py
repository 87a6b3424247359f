"""Urban's result files, each in the layout of the real one (`orchestration.sample.results`)."""

from __future__ import annotations

from orchestration.sample import results
from orchestration.sample.world import World
from orchestration.sources.model import SourceFile


def content(world: World, file: SourceFile) -> bytes:
    """A result file."""
    layout = next(layout for layout in results.layouts() if layout.repo_path == file.official_name)
    return results.result_file(world, layout)
