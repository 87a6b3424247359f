"""Values of the invented files, where they must make sense together: one module a source, if it needs one.

A source without a module here gets plain values from its layouts (`orchestration.sample.twin`). A module is
called like its source and may have

- `rows(world, file, table)`: the rows of a table of a file, as values by column of the lake;
- `style(file)`: how the agency's program writes text files (`twin.Style`);
- `content(world, file)`: the bytes of a file whose form no layout can say;
- `ABSENT`: official names of files that the agency would not deliver for this state, with the reason.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


def of(source: str) -> ModuleType | None:
    """The module of a source, if it has one."""
    name = f"{__name__}.{source}"
    return import_module(name) if find_spec(name) else None
