"""Sums of survey records, a partition for each state of each vintage: what several machines share out.

    files/census_acs_pums     state x vintage    archives received, checked, typed into the lake
    sums/by_state             state x vintage    the records of a state summed
    sums/by_vintage           vintage            the sums of all its states in one file

The warehouse takes them where they are those of its lake (`warehouse/sums.py`).
"""

import dagster as dg

from orchestration.base.settings import Channel
from orchestration.base.states import SAMPLE_POSTAL, STATES
from orchestration.dagster.channels import asset_key, named
from orchestration.dagster.options import RunOptions
from orchestration.dagster.partitions import STATE, VINTAGE, files_key, files_of, part_of
from orchestration.dagster.steps import sum_records
from orchestration.sources import SOURCES
from orchestration.warehouse.sums import MODEL, SOURCE

GROUP = "sums"
OWNERS = ["team:statistics"]
KINDS = {"duckdb", "parquet"}


def by_state_key(channel: Channel) -> dg.AssetKey:
    """The key of the sums of states."""
    return asset_key(channel, GROUP, "by_state")


def by_vintage_key(channel: Channel) -> dg.AssetKey:
    """The key of the sums of vintages."""
    return asset_key(channel, GROUP, "by_vintage")


def sums_assets(channel: Channel) -> list[dg.AssetsDefinition]:
    """Both assets of a channel; none where the registry has no microdata."""
    if SOURCE not in SOURCES:
        return []
    files = files_of(channel, SOURCES[SOURCE])
    vintages = dg.StaticPartitionsDefinition(sorted({file.vintage for file in files}))
    states = dg.StaticPartitionsDefinition(sorted(STATES if channel == "national" else [SAMPLE_POSTAL]))
    both = dg.MultiPartitionsDefinition({STATE: states, VINTAGE: vintages})
    return [
        _asset(
            channel,
            by_state_key(channel),
            both,
            dg.AssetDep(files_key(channel, SOURCE), partition_mapping=dg.IdentityPartitionMapping()),
            f"Rows of `{MODEL}` of one state of one vintage, by the model's own SQL on its records.",
        ),
        _asset(
            channel,
            by_vintage_key(channel),
            vintages,
            dg.AssetDep(by_state_key(channel)),  # Dagster sees that its vintages are a dimension of the other
            "The sums of all states of a vintage in one file: many small objects are slow to fetch.",
        ),
    ]


def _asset(
    channel: Channel, key: dg.AssetKey, parts: dg.PartitionsDefinition, after: dg.AssetDep, told: str
) -> dg.AssetsDefinition:
    @dg.asset(
        key=key,
        partitions_def=parts,
        deps=[after],
        group_name=named(channel, GROUP),
        owners=OWNERS,
        kinds=KINDS,
        description=told,
    )
    def summed(context: dg.AssetExecutionContext, options: RunOptions) -> dg.MaterializeResult:
        part = part_of(context.partition_key)
        made = sum_records(options.settings(channel), part.vintage, part.state)
        return dg.MaterializeResult(
            metadata={"dagster/row_count": made.rows, "status": "summed" if made.made else "unchanged"}
        )

    return summed
