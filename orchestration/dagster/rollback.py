"""The way back as an op: it makes nothing, it moves the pointer, so it is no asset."""

import getpass

import dagster as dg

from orchestration.base.settings import Channel
from orchestration.dagster.channels import named
from orchestration.dagster.options import RunOptions


class Decision(dg.Config):
    """Who goes back to what, and why."""

    reason: str
    approver: str = ""
    version: str = ""


def rollback_op(channel: Channel) -> dg.OpDefinition:
    """The op that points `current` of a channel to an earlier release."""

    @dg.op(
        name=named(channel, "rollback_current"),
        description="Points `current` to an earlier release and notes who decided and why.",
    )
    def rollback_current(context: dg.OpExecutionContext, config: Decision, options: RunOptions) -> None:
        from orchestration import release

        path = release.rollback(
            options.settings(channel),
            reason=config.reason,
            approver=config.approver or getpass.getuser(),
            to=config.version or None,
        )
        context.add_output_metadata({"current": dg.MetadataValue.path(str(path)), "version": path.name})

    return rollback_current
