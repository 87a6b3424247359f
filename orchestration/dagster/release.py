"""Candidate, gate and release as assets.

The gate's checks block the release of their own run. A release job launched alone meets no check,
so the publish step looks up the verdict for exactly the candidate's bytes itself (design, section 6).
"""

import getpass
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from orchestration.base.seeds import read
from orchestration.base.settings import Channel
from orchestration.dagster.channels import asset_key, named
from orchestration.dagster.options import RunOptions
from orchestration.dagster.steps import judge_candidate, make_candidate, newest_candidate, publish_candidate
from orchestration.gate.verdict import read_verdict
from orchestration.storage import home

GROUP = "release"
OWNERS = ["team:publisher"]
CANDIDATE, VERDICT, RELEASE = "candidate", "gate", "release"
TABLE_CHECK, WHOLE_CHECK = "gate", "passed"
_SHOWN_PARTS = 5


def gated_tables() -> list[str]:
    """The publications, and the long table: each has a suite, so each has a check."""
    return [row["table_name"] for row in read("publication_list")] + ["metric_values"]


def goes_on_to_the_gate(
    context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext, channel: Channel
) -> bool:
    """Whether the gate belongs to the run: a run of some assets has a job of these alone."""
    return asset_key(channel, VERDICT) in context.job_def.asset_layer.executable_asset_keys


def candidate_asset(channel: Channel, released: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The folder with everything a release holds, from the tables in `released`."""

    @dg.asset(
        key=asset_key(channel, CANDIDATE),
        deps=list(released),
        group_name=named(channel, GROUP),
        owners=OWNERS,
        kinds={"duckdb", "parquet", "csv"},
        description="A folder with everything a release holds; it waits for the gate.",
    )
    def candidate(context: dg.AssetExecutionContext, options: RunOptions) -> dg.MaterializeResult:
        made = make_candidate(options.settings(channel))
        context.log.info(f"{made.path.name}: {'built' if made.built else 'nothing changed'}")
        return dg.MaterializeResult(
            metadata={
                "channel": channel,
                "path": dg.MetadataValue.path(str(made.path)),
                "name": made.path.name,
                "status": "built" if made.built else "unchanged",
            }
        )

    return candidate


def gate_asset(channel: Channel) -> dg.AssetsDefinition:
    """The verdict on the newest candidate."""

    @dg.asset(
        key=asset_key(channel, VERDICT),
        deps=[asset_key(channel, CANDIDATE)],
        group_name=named(channel, GROUP),
        owners=OWNERS,
        kinds={"great_expectations"},
        description="The gate's verdict on the newest candidate: one suite of expectations per publication.",
    )
    def gate(context: dg.AssetExecutionContext, options: RunOptions) -> dg.MaterializeResult:
        settings = options.settings(channel)
        candidate = newest_candidate(settings)
        verdict = judge_candidate(settings, candidate)
        for reason in verdict["reasons"]:
            context.log.error(reason)
        return dg.MaterializeResult(
            metadata={
                "channel": channel,
                "candidate": candidate.name,
                "outcome": verdict["outcome"],
                "reasons": verdict["reasons"],
                "report": dg.MetadataValue.url((candidate / "gate" / "report.html").as_uri()),
            }
        )

    return gate


def gate_checks(channel: Channel) -> dg.AssetChecksDefinition:
    """The verdict where people look for it: on each table that was judged, and as a whole on the gate.

    The one on the gate blocks what comes after it in the same run. Those on the tables cannot: a candidate
    is made of the tables before it is judged. A run that does not go on to the gate says nothing of them.
    """
    verdict_key = asset_key(channel, VERDICT)
    specs = [
        dg.AssetCheckSpec(
            TABLE_CHECK,
            asset=asset_key(channel, table),
            additional_deps=[verdict_key],
            description=f"Every expectation of expectations/{table}.py holds in the candidate.",
        )
        for table in gated_tables()
    ]
    whole = dg.AssetCheckSpec(
        WHOLE_CHECK, asset=verdict_key, blocking=True, description="The candidate may be published."
    )

    @dg.multi_asset_check(name=named(channel, "gate_checks"), specs=[*specs, whole], can_subset=True)
    def checks(context: dg.AssetCheckExecutionContext, options: RunOptions) -> Iterator[dg.AssetCheckResult]:
        if not goes_on_to_the_gate(context, channel):
            return
        candidate = newest_candidate(options.settings(channel))
        verdict = read_verdict(candidate)
        judged = {table["table"]: table for table in verdict["tables"]}
        for spec in specs:
            if spec.key in context.selected_asset_check_keys:
                yield _check(spec, candidate.name, judged.get(spec.asset_key.path[-1]), verdict["reasons"])
        if whole.key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=verdict_key,
                check_name=WHOLE_CHECK,
                passed=verdict["outcome"] == "passed",
                metadata={"candidate": candidate.name, "outcome": verdict["outcome"]},
            )

    return checks


class Approval(dg.Config):
    """Who publishes what."""

    approver: str = ""
    candidate: str = ""


def release_asset(channel: Channel) -> dg.AssetsDefinition:
    """The published release; it refuses what the gate did not pass, however it is launched."""

    @dg.asset(
        key=asset_key(channel, RELEASE),
        deps=[asset_key(channel, VERDICT)],
        group_name=named(channel, GROUP),
        owners=OWNERS,
        kinds={"duckdb", "parquet", "csv"},
        description="The candidate published as an immutable, versioned release; `current` points to it.",
    )
    def release(config: Approval, options: RunOptions) -> dg.MaterializeResult:
        settings = options.settings(channel)
        named = config.candidate
        candidate = home.candidates(settings) / named if named else newest_candidate(settings)
        path = publish_candidate(settings, candidate, config.approver or getpass.getuser())
        return dg.MaterializeResult(
            metadata={
                "channel": channel,
                "path": dg.MetadataValue.path(str(path)),
                "version": path.name,
                "candidate": candidate.name,
            }
        )

    return release


def _check(
    spec: dg.AssetCheckSpec, candidate: str, judged: dict[str, Any] | None, of_all: list[str]
) -> dg.AssetCheckResult:
    """The verdict on one table; a table that was not judged is refused, for the reasons of the whole."""
    if judged is None:
        why = {"outcome": "not judged", "reasons": "\n".join(of_all) or "the verdict does not name the table"}
        return dg.AssetCheckResult(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=False,
            metadata={"candidate": candidate, **why},
        )
    failed = [one for one in judged["expectations"] if one["outcome"] != "passed"]
    return dg.AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=judged["outcome"] != "refused",
        metadata={
            "candidate": candidate,
            "outcome": judged["outcome"],
            "reasons": "\n".join(judged["reasons"]),
            "rows": judged["rows"],
            "expectations declared": judged["declared"],
            "expectations evaluated": judged["evaluated"],
            "errors": sum(one["severity"] == "error" for one in failed),
            "warnings": sum(one["severity"] == "warning" for one in failed),
            "failing": "\n".join(_failing(one) for one in failed[:20]),
        },
    )


def _failing(one: dict[str, Any]) -> str:
    """An expectation that did not pass: what it says, and which of its parts fail how often."""
    parts = [part for part in one["parts"] if part["raised"] or part["failing"] or _is_short(part)]
    told = [f"{part['name']} {part['raised'] or _count(part)}" for part in parts[:_SHOWN_PARTS]]
    if len(parts) > _SHOWN_PARTS:
        told.append(f"and {len(parts) - _SHOWN_PARTS} more")
    return "; ".join([f"{one['id']} ({one['severity']}): {one['statement']}", *told])


def _is_short(part: dict[str, Any]) -> bool:
    return (part["looked_at"] or 0) < part["minimum"]


def _count(part: dict[str, Any]) -> str:
    if not part["failing"]:
        return f"looked at {part['looked_at'] or 0:,}, at least {part['minimum']:,} expected"
    return f"{part['failing']:,} of {part['looked_at']:,}"
