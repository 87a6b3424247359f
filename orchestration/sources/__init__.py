"""The registry of sources: it finds them, and holds no knowledge of its own.

A source is a folder beside this file whose package has a `SOURCE`; nothing needs to be listed.
"""

from importlib import import_module
from pkgutil import iter_modules

from orchestration.sources.model import Source


def _found() -> dict[str, Source]:
    """By name, in alphabetical order: the order of the folder must not decide anything."""
    packages = sorted(info.name for info in iter_modules(__path__) if info.ispkg)
    modules = [import_module(f"{__name__}.{name}") for name in packages]
    return {module.SOURCE.name: module.SOURCE for module in modules if hasattr(module, "SOURCE")}


SOURCES: dict[str, Source] = _found()
