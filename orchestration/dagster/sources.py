"""One asset per source: its files received, checked and typed into the lake.

Jobs need no partition: without one, a run takes in every vintage of the source, and tells of each part of
it that it found or took in (`partitions.py`), so that the UI shows which of them are there.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from orchestration.base.settings import Channel
from orchestration.dagster.channels import asset_key, named
from orchestration.dagster.options import RunOptions
from orchestration.dagster.partitions import files_key, files_of, note_parts, part_asset
from orchestration.dagster.steps import refresh_source
from orchestration.ingest import IngestReport
from orchestration.ingest.refresh import BY_STATE
from orchestration.sources import SOURCES
from orchestration.sources.model import Source

SOURCE_GROUP = "sources"
_YEARLY_WARN, _YEARLY_FAIL = timedelta(days=400), timedelta(days=500)
_RARE_WARN, _RARE_FAIL = timedelta(days=800), timedelta(days=1000)


def source_key(channel: Channel, name: str) -> dg.AssetKey:
    """The asset key of a source."""
    return asset_key(channel, "source", name)


def source_asset(channel: Channel, source: Source) -> dg.AssetsDefinition:
    """The asset that brings one source up to date in the lake of a channel."""

    @dg.asset(
        key=source_key(channel, source.name),
        deps=[files_key(channel, source.name)],
        group_name=named(channel, SOURCE_GROUP),
        description=_described(source),
        kinds={"python", "parquet"},
        owners=[f"team:{source.owner}"],
        tags={"access": source.access},
        code_version=str(source.parser_version),
        metadata={
            "agency": source.agency,
            "landing page": dg.MetadataValue.url(source.landing_page),
            "terms": source.terms,
            "complete means": source.complete,
        },
        freshness_policy=_freshness(source),
    )
    def receive(context: dg.AssetExecutionContext, options: RunOptions) -> dg.MaterializeResult:
        heard: list[IngestReport] = []
        try:
            reports = refresh_source(options.settings(channel), source.name, each=heard.append)
        finally:  # what was taken in is there, whatever became of the rest
            note_parts(context, channel, source, heard)
        _log(context, reports)
        return dg.MaterializeResult(metadata=_metadata(reports))

    return receive


def source_assets(channel: Channel) -> list[dg.AssetsDefinition]:
    """Two assets a source that has files of the channel: that of all its files and that of its parts."""
    return [
        asset
        for source in SOURCES.values()
        if files_of(channel, source)
        for asset in (source_asset(channel, source), part_asset(channel, source, _metadata))
    ]


def _described(source: Source) -> str:
    missing = "".join(f"\n- {item.name}: {item.reason}" for item in source.not_at_hand)
    return f"**{source.title}** ({source.agency}). {source.description}" + (
        f"\n\nNot at hand:{missing}" if missing else ""
    )


def _freshness(source: Source) -> dg.FreshnessPolicy:
    """Late is a yearly source a year and a month after the last look at it, any other after more than two."""
    if source.schedule_month is None:
        return dg.FreshnessPolicy.time_window(fail_window=_RARE_FAIL, warn_window=_RARE_WARN)
    return dg.FreshnessPolicy.time_window(fail_window=_YEARLY_FAIL, warn_window=_YEARLY_WARN)


def _log(context: dg.AssetExecutionContext, reports: list[IngestReport]) -> None:
    """A line for each file that was taken in or refused, one for all that are not at hand."""
    for report in reports:
        told = f"{report.vintage}/{report.file}: {report.status}"
        if report.status == "failed":
            context.log.warning(f"{told}: {report.reason}")
        elif report.status not in ("absent", "unchanged"):
            context.log.info(f"{told}, {sum(report.rows.values())} rows")
    absent = [report for report in reports if report.status == "absent" and report.file != BY_STATE]
    if absent:
        first = absent[0]
        context.log.warning(
            f"{len(absent)} files are not at hand (the table `received` has them all); "
            f"{first.vintage}/{first.file}: {first.reason}"
        )


def _metadata(reports: list[IngestReport]) -> dict[str, dg.MetadataValue | int | str]:
    counts = Counter(report.status for report in reports)
    return {
        "dagster/row_count": sum(rows for report in reports for rows in report.rows.values()),
        "files": len(reports),
        **{f"files {status}": number for status, number in sorted(counts.items())},
        "vintages": ", ".join(sorted({report.vintage for report in reports if report.rows})),
        "bytes": sum(report.bytes for report in reports),
        "received": dg.MetadataValue.table(list(_rows(reports)), schema=_RECEIVED),
    }


# Said, because Dagster cannot infer it where a source has no file in the channel.
_RECEIVED = dg.TableSchema(
    columns=[
        dg.TableColumn(name, "int" if name == "rows" else "string")
        for name in ("vintage", "file", "status", "rows", "sha256", "from", "note")
    ]
)


def _rows(reports: list[IngestReport]) -> Iterator[dg.TableRecord]:
    for report in reports:
        yield dg.TableRecord(
            {
                "vintage": report.vintage,
                "file": report.file,
                "status": report.status,
                "rows": sum(report.rows.values()),
                "sha256": report.sha256,
                "from": report.origin,
                "note": report.reason[:300],
            }
        )
