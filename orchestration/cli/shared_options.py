"""Options that several verbs share, and the settings they give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from orchestration.base.settings import Settings


class _Home(click.Path):
    """A folder, or an address, which is no path: its two slashes would become one."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        return value if "://" in str(value) else super().convert(value, param, ctx)


_FOLDER = _Home(file_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, file_okay=False, path_type=Path)


def place_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Which channel, and where everything lies."""
    home = click.option("--home", type=_FOLDER, help="Root of all that is written. [default: var/]")
    sample = click.option("--sample", is_flag=True, help="Work on the invented state, a channel of its own.")
    return sample(home(verb))


def source_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Where files come from."""
    mirror = click.option(
        "--mirror",
        "mirrors",
        type=_EXISTING,
        multiple=True,
        help="A mirror folder; repeat for more: first hit wins.",
    )
    inbox = click.option("--inbox", type=_EXISTING, help="Folder of files that a person brought.")
    download = click.option("--download", is_flag=True, help="Allow the network.")
    return mirror(inbox(download(verb)))


def threads_option(verb: Callable[..., Any]) -> Callable[..., Any]:
    """How many threads DuckDB and dbt use."""
    threads = click.option("--threads", type=click.IntRange(min=1), help="Of DuckDB and dbt. [default: 2]")
    return threads(verb)


def site_option(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Whether the candidate gets pages to read."""
    site = click.option("--site", is_flag=True, help="Put pages to read into the candidate (40 s more).")
    return site(verb)


def settings_from(sample: bool, home: Path | None, **others: Any) -> Settings:
    """Settings from the options that were given; the environment and the defaults fill the rest."""
    from orchestration.base.settings import Settings

    values: dict[str, Any] = {name: value for name, value in others.items() if value}
    if home is not None:
        values["home"] = home
    if sample:
        values["channel"] = "sample"
    return Settings(**values)
