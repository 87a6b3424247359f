"""Sensors and schedules: when to look at which source, so that nobody has to remember.

Sensors are off until a person switches them on. Schedules are on where the network is allowed
(`MOBILITY_DOWNLOAD`), for without it there is nothing new to be found.
"""

import json
from collections.abc import Iterator

import dagster as dg

from orchestration.base.settings import Channel, Settings
from orchestration.dagster.channels import named
from orchestration.dagster.options import RunOptions
from orchestration.dagster.partitions import files_key, files_of, key_of, parts_of
from orchestration.dagster.sources import source_key
from orchestration.ingest import inbox
from orchestration.sources import SOURCES

_LOOK_EVERY_SECONDS = 60
_HOUR_OF_A_LOOK = 6


def inbox_sensor(channel: Channel) -> dg.SensorDefinition:
    """A run for each part of a source of which somebody brought a file: into the folder or into the bucket.

    Its cursor holds the version of each file for which a run was asked; a run's key holds it too, so that
    a lost cursor starts no run twice.
    """
    names = [source.name for source in SOURCES.values() if files_of(channel, source)]

    @dg.sensor(
        name=named(channel, "inbox_arrivals"),
        asset_selection=dg.AssetSelection.assets(*(files_key(channel, name) for name in names)),
        minimum_interval_seconds=_LOOK_EVERY_SECONDS,
        description="Takes in what a person brings: into the inbox of this machine or, of a home on a store, "
        f"into `inbox/` there. Channel {channel}.",
    )
    def arrivals(context: dg.SensorEvaluationContext, options: RunOptions) -> dg.SensorResult:
        settings = options.settings(channel)
        inbox.look(settings)
        known: dict[str, str] = json.loads(context.cursor or "{}")
        found = dict(_brought(settings, names))
        requests = [
            dg.RunRequest(
                run_key=f"{channel}/{name}/{version}",
                asset_selection=[files_key(channel, source)],
                partition_key=key,
            )
            for (name, source, key), version in sorted(found.items())
            if known.get(name) != version
        ]
        now = {name: version for (name, _, _), version in found.items()}
        return dg.SensorResult(run_requests=requests, cursor=json.dumps(now, sort_keys=True))

    return arrivals


def _brought(settings: Settings, names: list[str]) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Parts with files in an inbox: their name, source and key, and the versions of all their files."""
    for source in (SOURCES[name] for name in names):
        for part, files in parts_of(settings.channel, source):
            versions = [inbox.version(settings, source, file) for file in files]
            if any(versions):
                key = str(key_of(settings.channel, source.name, part))
                yield (f"{source.name}/{key}", source.name, key), " ".join(versions)


def release_month_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """For each source with a month of publication: a look every Monday of it and of the month after."""
    return [
        dg.ScheduleDefinition(
            name=f"{source.name}_release",
            target=dg.AssetSelection.assets(source_key("national", source.name)),
            cron_schedule=f"0 {_HOUR_OF_A_LOOK} * {source.schedule_month},{source.schedule_month % 12 + 1} 1",
            execution_timezone="UTC",
            run_config={"resources": {"options": {"config": {"download": True}}}},
            default_status=(
                dg.DefaultScheduleStatus.RUNNING if settings.download else dg.DefaultScheduleStatus.STOPPED
            ),
            description=f"{source.agency} publishes a new vintage in this month, or late.",
        )
        for source in SOURCES.values()
        if source.schedule_month is not None and files_of("national", source)
    ]
