"""Candidate, gate and release as assets.

The gate's checks block the release of their own run. A release job launched alone meets no check,
so the publish step looks up the verdict for exactly the candidate's bytes itself (design, section 6).
"""

import getpass
from collections.abc import Sequence
from typing import Any

import dagster as dg

from orchestration.base.seeds import read
from orchestration.dagster.options import RunOptions
from orchestration.dagster.steps import judge_candidate, make_candidate, newest_candidate, publish_candidate

GROUP = "release"
OWNERS = ["team:publisher"]
_SHOWN_PARTS = 5
CANDIDATE, VERDICT, RELEASE = dg.AssetKey("candidate"), dg.AssetKey("gate"), dg.AssetKey("release")


def gated_tables() -> list[str]:
    """The publications, and the long table: each has a suite, so each has a check."""
    return [row["table_name"] for row in read("publication_list")] + ["metric_values"]


def candidate_asset(released: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The folder with everything a release holds, from the tables in `released`."""

    @dg.asset(
        key=CANDIDATE,
        deps=list(released),
        group_name=GROUP,
        owners=OWNERS,
        kinds={"duckdb", "parquet", "csv"},
        description="A folder with everything a release holds; it waits for the gate.",
    )
    def candidate(context: dg.AssetExecutionContext, options: RunOptions) -> dg.MaterializeResult:
        made = make_candidate(options.settings())
        context.log.info(f"{made.path.name}: {'built' if made.built else 'nothing changed'}")
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(made.path)),
                "name": made.path.name,
                "status": "built" if made.built else "unchanged",
            }
        )

    return candidate


def gate_asset() -> dg.AssetsDefinition:
    """The verdict on the newest candidate, with one blocking check per publication."""
    tables = gated_tables()

    @dg.asset(
        key=VERDICT,
        deps=[CANDIDATE],
        group_name=GROUP,
        owners=OWNERS,
        kinds={"great_expectations"},
        description="The gate's verdict on the newest candidate: one suite of expectations per publication.",
        check_specs=[
            dg.AssetCheckSpec(
                table,
                asset=VERDICT,
                blocking=True,
                description=f"Every expectation of expectations/{table}.py.",
            )
            for table in tables
        ],
    )
    def gate(context: dg.AssetExecutionContext, options: RunOptions) -> dg.MaterializeResult:
        settings = options.settings()
        candidate = newest_candidate(settings)
        verdict = judge_candidate(settings, candidate)
        for reason in verdict["reasons"]:
            context.log.error(reason)
        judged = {table["table"]: table for table in verdict["tables"]}
        return dg.MaterializeResult(
            metadata={
                "candidate": candidate.name,
                "outcome": verdict["outcome"],
                "reasons": verdict["reasons"],
                "report": dg.MetadataValue.url((candidate / "gate" / "report.html").as_uri()),
            },
            check_results=[_check(table, judged.get(table), verdict["reasons"]) for table in tables],
        )

    return gate


class Approval(dg.Config):
    """Who publishes what."""

    approver: str = ""
    candidate: str = ""


def release_asset() -> dg.AssetsDefinition:
    """The published release; it refuses what the gate did not pass, however it is launched."""

    @dg.asset(
        key=RELEASE,
        deps=[VERDICT],
        group_name=GROUP,
        owners=OWNERS,
        kinds={"duckdb", "parquet", "csv"},
        description="The candidate published as an immutable, versioned release; `current` points to it.",
    )
    def release(config: Approval, options: RunOptions) -> dg.MaterializeResult:
        settings = options.settings()
        candidate = (
            settings.candidates_dir / config.candidate if config.candidate else newest_candidate(settings)
        )
        path = publish_candidate(settings, candidate, config.approver or getpass.getuser())
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(path)),
                "version": path.name,
                "candidate": candidate.name,
            }
        )

    return release


def _check(table: str, judged: dict[str, Any] | None, of_all: list[str]) -> dg.AssetCheckResult:
    """The verdict on one table; a table that was not judged is refused, for the reasons of the whole."""
    if judged is None:
        why = {"outcome": "not judged", "reasons": "\n".join(of_all) or "the verdict does not name the table"}
        return dg.AssetCheckResult(check_name=table, passed=False, metadata=why)
    failed = [one for one in judged["expectations"] if one["outcome"] != "passed"]
    return dg.AssetCheckResult(
        check_name=table,
        passed=judged["outcome"] != "refused",
        metadata={
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
