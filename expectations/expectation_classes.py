"""Every expectation class of the project. Importing this makes Great Expectations know them.

A suite that was written down is read again only where its classes are known: without them Great Expectations
leaves their expectations out, and says so in its log alone.
"""

from __future__ import annotations

from expectations.geography_years import ExpectFrameToBeKnown
from expectations.rules.agreement import ExpectTablesToAgree
from expectations.rules.arithmetic import ExpectPartsToMakeAWhole
from expectations.rules.continuity import ExpectGroupsToContinue, ExpectRanksToBeKept, ExpectSeriesToDiffer
from expectations.rules.coverage import ExpectCoverageToBeKept
from expectations.rules.crosswalks import ExpectAllocationToAddUp
from expectations.rules.exceptions import ExpectListedExceptionsInUse
from expectations.rules.expectation import ExpectRowsToSatisfy, ExpectRuleToHold
from expectations.rules.inputs import ExpectInputsToBeKnown
from expectations.rules.layout import ExpectColumnTypesAsListed, ExpectRowsToBeTheFrame
from expectations.rules.long_table import (
    ExpectCellsOfListedSeries,
    ExpectOriginToBeOne,
    ExpectPublishedValuesToStand,
)
from expectations.rules.reconciliation import ExpectGroupsToReconcile
from expectations.rules.revisions import ExpectRevisionsToHaveACause, ExpectValuesToStayInPlace
from expectations.rules.values import (
    ExpectFlagsBesideValues,
    ExpectIntervalsAroundValues,
    ExpectValuesWithinRange,
)

__all__ = [
    "ExpectAllocationToAddUp",
    "ExpectCellsOfListedSeries",
    "ExpectColumnTypesAsListed",
    "ExpectCoverageToBeKept",
    "ExpectFlagsBesideValues",
    "ExpectFrameToBeKnown",
    "ExpectGroupsToContinue",
    "ExpectGroupsToReconcile",
    "ExpectInputsToBeKnown",
    "ExpectIntervalsAroundValues",
    "ExpectListedExceptionsInUse",
    "ExpectOriginToBeOne",
    "ExpectPartsToMakeAWhole",
    "ExpectPublishedValuesToStand",
    "ExpectRanksToBeKept",
    "ExpectRevisionsToHaveACause",
    "ExpectRowsToBeTheFrame",
    "ExpectRowsToSatisfy",
    "ExpectRuleToHold",
    "ExpectSeriesToDiffer",
    "ExpectTablesToAgree",
    "ExpectValuesToStayInPlace",
    "ExpectValuesWithinRange",
]
