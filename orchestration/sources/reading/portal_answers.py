"""Answers of the Education Data Portal's interface: pages of up to 10,000 results, one page a line.

An answer that came whole, as one text over many lines, is read too. The count on the pages is compared with
the results, and each page with the one before it, so that a page which is missing in the middle is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.base.errors import MobilityError
from orchestration.sources.model import SourceFile
from orchestration.sources.reading.by_layout import find_columns
from orchestration.sources.reading.layout import Layout

if TYPE_CHECKING:
    import pyarrow as pa

_AGAIN = "fetch the answer again, all its pages"
_PAGE = re.compile(r"[?&]page=(\d+)")
_SHOWN = 80
FILE_ROW = "file_row"
"""Number of the result among all of the answer."""


def read(file: SourceFile, path: Path, layout: Layout) -> Iterator[pa.Table]:
    """The results, a table a page.

    Raises:
        MobilityError: a page is missing or is none, or the results are not as the layout says.
    """
    count, results, number = None, 0, 0
    where = f"{file.official_name}, vintage {file.vintage}"
    for line, page in enumerate(_pages(where, path), start=1):
        count = page["count"] if count is None else count
        found = _number(page)
        if found != number + 1 or page["count"] != count:
            raise MobilityError(
                "A page of the answer is missing or belongs to another one.",
                where=f"{where}, line {line}",
                expected=f"page {number + 1}, of {count:,} results in all",
                found=f"page {found}, of {page['count']:,}",
                remedy=_AGAIN,
            )
        number = found
        if page["results"]:
            yield _rows(page["results"], layout, results, f"{where}, page {number}")
        results += len(page["results"])
        if page.get("next") is None:
            break
    if results != count or page.get("next") is not None:
        raise MobilityError(
            "The answer does not have all of its results.",
            where=where,
            expected=f"{count or 0:,} results, as its pages count",
            found=f"{results:,} on {number} pages"
            + (", the last of which names a next one" if page.get("next") else ""),
            remedy=_AGAIN,
        )


def _pages(where: str, path: Path) -> Iterator[dict[str, Any]]:
    """Every page, after a look at its form."""
    with path.open("rb") as lines:
        first = lines.readline()
        if not _is_json(first) and path.stat().st_size > len(first):
            yield _page(where, path.read_bytes())
            return
        yield _page(f"{where}, line 1", first)
        for number, line in enumerate(lines, start=2):
            if line.strip():
                yield _page(f"{where}, line {number}", line)


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _page(where: str, text: bytes) -> dict[str, Any]:
    try:
        page = json.loads(text)
    except ValueError as error:
        found = f"{len(text):,} bytes that are no JSON: {error}"
    else:
        parts = (page.get("results"), page.get("count")) if isinstance(page, dict) else (None, None)
        if isinstance(parts[0], list) and isinstance(parts[1], int):
            return dict(page)
        found = repr(text[:_SHOWN].decode("utf-8", "replace"))
    raise MobilityError(
        "A page of the answer is cut off, or is an answer of another kind.",
        where=where,
        expected='{"count": ..., "next": ..., "previous": ..., "results": [...]}',
        found=found,
        remedy=_AGAIN,
    )


def _number(page: dict[str, Any]) -> int:
    """Number of a page, from what it says of the next or the previous one; the first has no number there."""
    if following := _PAGE.search(page.get("next") or ""):
        return int(following[1]) - 1
    if page.get("previous"):
        before = _PAGE.search(page["previous"])
        return int(before[1]) + 1 if before else 2
    return 1


def _rows(results: list[Any], layout: Layout, before: int, where: str) -> pa.Table:
    """Results as text under the lake's names."""
    import pyarrow as pa

    names = list(results[0]) if isinstance(results[0], dict) else []
    find_columns(layout, names, where)
    odd = next((at for at, row in enumerate(results) if list(row) != names), None)
    if odd is not None:
        raise MobilityError(
            "A result has other keys than the first one of its page.",
            where=f"{where}, result {odd + 1}",
            expected=", ".join(names),
            found=", ".join(map(str, results[odd])),
            remedy=_AGAIN,
        )
    columns = {
        column.name: pa.array([_text(row[column.headers[0]]) for row in results], pa.string())
        for column in layout.columns
    }
    numbers = pa.array(range(before + 1, before + len(results) + 1), pa.int64())
    return pa.table(columns | {FILE_ROW: numbers})


def _text(value: object) -> str:
    """A value as it would stand in a file of text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
