"""Names in Dagster, by channel: assets, groups and jobs of one never stand under those of the other."""

from __future__ import annotations

import dagster as dg

from orchestration.base.settings import Channel

CHANNELS: tuple[Channel, ...] = ("national", "sample")


def asset_key(channel: Channel, *path: str) -> dg.AssetKey:
    """The key of an asset: `national/county`."""
    return dg.AssetKey([channel, *path])


def named(channel: Channel, name: str) -> str:
    """The name of a group, job or op: the national one bears it alone, the sample's says so."""
    return name if channel == "national" else f"{channel}_{name}"
