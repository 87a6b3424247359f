"""Paths, channels and options, from one place.

Every value can be set by an environment variable `MOBILITY_<NAME>`; the command's options
set the same fields. Besides them only DAGSTER_HOME and DBT_LOG_LEVEL_FILE are read, where they are used.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
SEEDS_DIR = DBT_PROJECT_DIR / "seeds"
SHIPPED_MIRROR = PROJECT_ROOT / "mirror"

Channel = Literal["national", "sample"]


def refused_in_a_path(path: Path) -> str:
    """What of a folder's path means something else in an address; empty if nothing does."""
    return " ".join(sign for sign in "?#%" if sign in str(path))


class Settings(BaseSettings):
    """One run's paths and options. Two channels never share a folder."""

    model_config = SettingsConfigDict(env_prefix="MOBILITY_", frozen=True)

    home: Path = Field(default=PROJECT_ROOT / "var", description="root of everything that a run writes")
    store: str = Field(default="", description="address, if the home is one: then `home` is scratch for it")
    scratch: Path = Field(
        default=PROJECT_ROOT / "var" / "scratch", description="where homes on a store have copies and drafts"
    )
    channel: Channel = "national"
    mirrors: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="mirror folders, first hit wins; the shipped mirror comes last"
    )
    inbox: Path | None = Field(default=None, description="folder of files that a person brought")
    download: bool = Field(default=False, description="allow the network")
    census_api_key: SecretStr | None = Field(
        default=None, description="key for the Census Bureau's interface; in no receipt, log or message"
    )
    executor: Literal["in_process", "multiprocess"] = Field(
        default="in_process", description="a process for all steps of a run, or one a step"
    )
    threads: int = Field(default=2, ge=1, description="threads of DuckDB and dbt")
    memory_limit: str = Field(default="3GB", description="memory DuckDB may use")
    site: bool = Field(default=False, description="put pages to read into the candidate")

    @model_validator(mode="before")
    @classmethod
    def _elsewhere(cls, given: Any) -> Any:
        """A home that is an address has a folder of its own for its copies and drafts."""
        address = str(given.get("home", "")).rstrip("/")
        if "://" not in address:
            return {name: value for name, value in given.items() if name != "store"}
        scratch = Path(given.get("scratch") or cls.model_fields["scratch"].default)
        own = hashlib.sha256(address.encode()).hexdigest()[:16]
        return {**given, "store": address, "home": scratch / own}

    @field_validator("mirrors", mode="before")
    @classmethod
    def _separated(cls, given: object) -> object:
        """In the environment the folders stand as in PATH."""
        return [part for part in given.split(os.pathsep) if part] if isinstance(given, str) else given

    @field_validator("home", "inbox", "scratch")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().resolve()

    @field_validator("home")
    @classmethod
    def _plain(cls, path: Path) -> Path:
        """Refused before anything is written: Dagster's storage reads a path as an address, and dbt does."""
        if found := refused_in_a_path(path):
            raise ValueError(f"a folder whose path has no {found}, which would be written beside it")
        return path

    @property
    def address(self) -> str:
        """The home as a person gives it: a folder, or an address."""
        return self.store or str(self.home)

    @property
    def channel_dir(self) -> Path:
        """Folder that holds everything of this channel."""
        return self.home / self.channel

    @property
    def raw_dir(self) -> Path:
        """Content-addressed store of files exactly as received."""
        return self.channel_dir / "raw"

    @property
    def lake_dir(self) -> Path:
        """Faithful Parquet: `<source>/<vintage>/<table>[/<partition>].parquet`."""
        return self.channel_dir / "lake"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that dbt builds; one writer, never given to readers."""
        return self.channel_dir / "warehouse.duckdb"

    @property
    def candidates_dir(self) -> Path:
        """Candidates that wait for the gate."""
        return self.channel_dir / "candidates"

    @property
    def releases_dir(self) -> Path:
        """Published releases and the `current` pointer."""
        return self.channel_dir / "releases"

    @property
    def runs_dir(self) -> Path:
        """Records of runs: times, durations, who; kept outside releases so that these stay reproducible."""
        return self.channel_dir / "runs"
