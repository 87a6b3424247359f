"""The parts in which work is spread and looked at: a vintage of a source, and of files by state a state.

One asset a source, `files/<source>`, has a partition for each part: there, missing, failed or stale, each by
itself; whoever backfills one does what `mobility ingest SOURCE --vintage V --state S` does. The asset
`source/<source>` stands for all of them and is what a run of everything takes in.

Keys of two dimensions are written in the order of the dimensions' names: `ia|2018-1yr`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import dagster as dg

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Channel
from orchestration.dagster.channels import asset_key, named
from orchestration.dagster.options import RunOptions
from orchestration.dagster.steps import refresh_source
from orchestration.ingest import IngestReport
from orchestration.ingest.refresh import BY_STATE, WHOLE, Part, state_of
from orchestration.sources import SOURCES
from orchestration.sources.model import Source, SourceFile

FILES_GROUP = "files"
STATE, VINTAGE = "state", "vintage"
_THERE = ("new", "changed", "unchanged")

Metadata = Callable[[list[IngestReport]], dict]


def files_key(channel: Channel, name: str) -> dg.AssetKey:
    """The key of the asset that has the parts of a source."""
    return asset_key(channel, "files", name)


def files_of(channel: Channel, source: Source) -> list[SourceFile]:
    """The files that a source has in a channel."""
    return [file for file in source.files if file.channel in (None, channel)]


@cache
def is_by_state(channel: Channel, name: str) -> bool:
    """Whether a source has files of states, or of several in one."""
    return any(state_of(file) != WHOLE for file in files_of(channel, SOURCES[name]))


@cache
def partitions_of(channel: Channel, name: str) -> dg.PartitionsDefinition:
    """Vintages of a source, times its states."""
    files = files_of(channel, SOURCES[name])
    vintages = dg.StaticPartitionsDefinition(sorted({file.vintage for file in files}))
    if not is_by_state(channel, name):
        return vintages
    states = dg.StaticPartitionsDefinition(sorted({state_of(file) for file in files}))
    return dg.MultiPartitionsDefinition({STATE: states, VINTAGE: vintages})


def key_of(channel: Channel, name: str, part: Part) -> str:
    """The key of a part. Of two dimensions it is Dagster's own kind of text, which knows them."""
    if not is_by_state(channel, name):
        return part.vintage
    return dg.MultiPartitionKey({STATE: part.state or WHOLE, VINTAGE: part.vintage})


def part_of(key: str) -> Part:
    """The part that a key names."""
    state, _, vintage = key.rpartition("|")
    return Part(vintage, state or None)


def named_key(channel: Channel, names: Sequence[str], vintage: str, state: str) -> str:
    """The key of a part that a person names.

    Raises:
        MobilityError: there is no such part.
    """
    parts = [part for part, _ in parts_of(channel, SOURCES[names[0]])] if len(names) == 1 else []
    wanted = Part(vintage, state.lower() or None)
    if wanted in parts:
        return key_of(channel, names[0], wanted)
    if state and not any(part.state for part in parts) and Part(vintage) in parts:
        raise MobilityError(
            "The files of this source are not by state.",
            where=f"{names[0]}, vintage {vintage}",
            expected="no --state",
            found=state,
            remedy="leave out --state: a vintage of this source is one part",
        )
    near = [part.state for part in parts if part.vintage == vintage]
    raise MobilityError(
        "There is no such part of a source.",
        where=", ".join(filter(None, (*names, vintage and f"vintage {vintage}", state))),
        expected=(
            f"a state: one of {', '.join(map(str, near))}"
            if any(near)
            else "one source, and one of its vintages"
            + (f": {', '.join(sorted({part.vintage for part in parts}))}" if parts else "")
        ),
        remedy="name one source, --vintage, and --state where its files are by state",
    )


def part_asset(channel: Channel, source: Source, metadata: Metadata) -> dg.AssetsDefinition:
    """The asset whose partitions are the parts of a source."""

    @dg.asset(
        key=files_key(channel, source.name),
        partitions_def=partitions_of(channel, source.name),
        group_name=named(channel, FILES_GROUP),
        description=f"The files of **{source.title}**, part by part: received, checked, typed into the lake.",
        kinds={"python", "parquet"},
        owners=[f"team:{source.owner}"],
        tags={"access": source.access},
        code_version=str(source.parser_version),
    )
    def receive(context: dg.AssetExecutionContext, options: RunOptions) -> dg.MaterializeResult:
        part = part_of(context.partition_key)
        reports = refresh_source(options.settings(channel), source.name, part=part)
        refuse_absent(source.name, part, reports)
        return dg.MaterializeResult(metadata=metadata(reports))

    return receive


def refuse_absent(name: str, part: Part, reports: Iterable[IngestReport]) -> None:
    """A part of which nothing is at hand is not there, and must not look as if it were."""
    reports = list(reports)
    if any(report.status in _THERE for report in reports):
        return
    raise MobilityError(
        "Nothing of this part of a source is at hand.",
        where=", ".join(filter(None, (name, f"vintage {part.vintage}", part.state))),
        expected="at least one of its files",
        found=reports[0].reason if reports else "the source has no such file",
        remedy="bring it to the inbox or in a mirror, then give the same command again",
    )


def note_parts(
    context: dg.AssetExecutionContext, channel: Channel, source: Source, reports: Iterable[IngestReport]
) -> None:
    """Tell Dagster which parts a run of everything found or took in, unless it knows and nothing changed."""
    parts: dict[str, list[IngestReport]] = {}
    for report in reports:
        if report.status in _THERE and report.file != BY_STATE:
            part = Part(report.vintage, report.partition or WHOLE)
            parts.setdefault(key_of(channel, source.name, part), []).append(report)
    key = files_key(channel, source.name)
    known = context.instance.get_materialized_partitions(key)
    for partition, of_part in sorted(parts.items()):
        if partition not in known or any(report.status != "unchanged" for report in of_part):
            facts = {
                "dagster/row_count": sum(rows for one in of_part for rows in one.rows.values()),
                "files": len(of_part),
                "bytes": sum(one.bytes for one in of_part),
            }
            context.log_event(dg.AssetMaterialization(key, metadata=facts, partition=partition))


def parts_of(channel: Channel, source: Source) -> Iterator[tuple[Part, list[SourceFile]]]:
    """Every part of a source that has files, with them."""
    parts: dict[Part, list[SourceFile]] = {}
    for file in files_of(channel, source):
        state = state_of(file) if is_by_state(channel, source.name) else None
        parts.setdefault(Part(file.vintage, state), []).append(file)
    yield from parts.items()
