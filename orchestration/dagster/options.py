"""What a person can set when launching a job: one resource for a run, one typed form per job.

The forms (`RefreshOptions`, ...) are what Dagster's launchpad shows; they are mapped to the resource
`options`, which every asset of the run reads, and to the ops that need more.
"""

from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from orchestration.base.settings import Channel, Settings

_DEFAULT = Settings()


class RunOptions(dg.ConfigurableResource):
    """Folders and limits of one run; defaults come from the environment (`MOBILITY_*`)."""

    home: str = Field(default=_DEFAULT.address, description="root of everything that a run writes")
    mirrors: list[str] = Field(
        default=[str(mirror) for mirror in _DEFAULT.mirrors],
        description="mirror folders, first hit wins; the shipped mirror comes last",
    )
    inbox: str = Field(default=str(_DEFAULT.inbox or ""), description="folder of files that a person brought")
    download: bool = Field(default=_DEFAULT.download, description="allow the network")
    threads: int = Field(default=_DEFAULT.threads, description="threads of DuckDB and dbt")
    memory_limit: str = Field(default=_DEFAULT.memory_limit, description="memory DuckDB may use")
    site: bool = Field(
        default=_DEFAULT.site, description="put pages to read into the candidate (decision 0030)"
    )
    only_changed: bool = Field(
        default=False, description="of models launched alone, build those of which something changed"
    )

    def settings(self, channel: Channel) -> Settings:
        """The same values as the rest of the code wants them, for the channel of an asset or job."""
        home: Any = self.home  # a folder or an address: the settings tell
        return Settings(
            channel=channel,
            home=home,
            mirrors=tuple(Path(mirror) for mirror in self.mirrors),
            inbox=Path(self.inbox) if self.inbox else None,
            download=self.download,
            threads=self.threads,
            memory_limit=self.memory_limit,
            site=self.site,
        )

    @classmethod
    def of(cls, settings: Settings) -> "RunOptions":
        """The resource for given settings."""
        return cls(**_values(settings))


class JobOptions(dg.Config):
    """What every job asks for; its channel is the job's own."""

    home: str = Field(default=_DEFAULT.address, description="root of everything that a run writes")
    threads: int = Field(default=_DEFAULT.threads, description="threads of DuckDB and dbt")
    memory_limit: str = Field(default=_DEFAULT.memory_limit, description="memory DuckDB may use")


class RefreshOptions(JobOptions):
    """What the job `refresh` asks for."""

    mirrors: list[str] = Field(
        default=[str(mirror) for mirror in _DEFAULT.mirrors],
        description="mirror folders, first hit wins; the shipped mirror comes last",
    )
    inbox: str = Field(default=str(_DEFAULT.inbox or ""), description="folder of files that a person brought")
    download: bool = Field(default=_DEFAULT.download, description="allow the network")


class BuildOptions(JobOptions):
    """What the job `build_candidate` asks for."""

    site: bool = Field(
        default=_DEFAULT.site, description="put pages to read into the candidate (decision 0030)"
    )
    only_changed: bool = Field(
        default=False, description="of models launched alone, build those of which something changed"
    )


class PublishOptions(JobOptions):
    """What the job `publish_release` asks for."""

    approver: str = Field(default="", description="who approves; empty: the account that runs the job")
    candidate: str = Field(default="", description="name of the candidate; empty: the newest one")


class RollbackOptions(JobOptions):
    """What the job `rollback_release` asks for."""

    reason: str = Field(description="why; it stands in the journal")
    version: str = Field(default="", description="version to go back to; empty: the one before the current")
    approver: str = Field(default="", description="who decides; empty: the account that runs the job")


def run_config(options: JobOptions, ops: dict | None = None) -> dict:
    """Dagster's run config for a job's form."""
    values = {name: value for name, value in options.model_dump().items() if name in RunOptions.model_fields}
    return {"resources": {"options": {"config": values}}, "ops": ops or {}}


def form(settings: Settings, kind: type[JobOptions], **more: str | bool) -> dict:
    """The form of a job, filled in from settings: what a person would type into the launchpad."""
    known = {name: value for name, value in _values(settings).items() if name in kind.model_fields}
    return {**known, **more}


def _values(settings: Settings) -> dict:
    return {
        "home": settings.address,
        "mirrors": [str(mirror) for mirror in settings.mirrors],
        "inbox": str(settings.inbox or ""),
        "download": settings.download,
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
        "site": settings.site,
    }
