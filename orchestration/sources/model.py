"""What a source is: its record, its files, its tables and what must hold in them.

A record says everything that people and checks need to know about an agency's files: where they
come from, under which terms, what they are called, what a correct file looks like. It holds no
code but its parser. Parsers only understand a layout: they hand over rows as they stand in the
file, `orchestration.ingest` gives them the declared types and looks for drift.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestration.base.settings import Channel

if TYPE_CHECKING:
    import pyarrow as pa

Access = Literal["download", "api", "manual"]
Encoding = Literal["utf-8", "latin-1", "utf-8-or-latin-1", "binary"]

ROW_COLUMN = "_row"
VINTAGE_COLUMN = "_vintage"
PARTITION_COLUMN = "_partition"

# One parsed piece: table name, partition (None if the table has none), rows. Columns that are text
# are converted to the declared type by the ingestion; a parser may also hand over typed columns.
# A parser of big files yields many pieces of one table, one after the other.
if TYPE_CHECKING:
    Parsed = tuple[str, str | None, pa.Table]
else:
    Parsed = tuple[str, str | None, Any]  # pyarrow is not imported for a look at the registry


class Record(BaseModel):
    """Base of all records: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Code(Record):
    """A column of digits that identifies something: a FIPS, a PUMA, a tract."""

    length: int
    padded: bool = Field(default=True, description="false where the agency drops leading zeros")
    holds_state: bool = Field(default=False, description="the first two digits are the state's FIPS code")


class ControlTotal(Record):
    """A sum that is known from elsewhere and proves that no row was lost or doubled."""

    column: str
    expected: float
    partition: str | None = Field(default=None, description="holds for this partition alone")
    where: str = Field(default="true", description="SQL condition on the table's columns")
    tolerance: float = Field(default=0.0, description="allowed absolute difference")
    evidence: str = ""


class BelongsTo(Record):
    """Rows that are parts of the rows of another table of the same vintage and partition: people of homes.

    Both tables come in together or not at all, so that neither is ever without the other's rows.
    """

    table: str
    column: str = Field(description="names the whole, in both tables")
    counted_in: str = Field(description="column of the other table: how many parts it has")


class RowBounds(Record):
    """Fewest and most rows of one vintage (of one partition, where there are partitions)."""

    least: int = 1
    most: int | None = None


class Table(Record):
    """One table of the lake: columns with the agency's names, and what must hold in it."""

    name: str
    description: str = ""
    columns: dict[str, str] = Field(description="column -> DuckDB type, over all vintages")
    absent: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="vintage -> declared columns that this vintage does not have"
    )
    key: tuple[str, ...] = ()
    key_may_be_empty: tuple[str, ...] = Field(
        default=(), description="key columns that the file leaves empty"
    )
    partitioned: bool = False
    rows: dict[str, RowBounds] = Field(default_factory=dict, description="vintage -> bounds")
    codes: dict[str, Code] = Field(default_factory=dict)
    required: tuple[str, ...] = Field(default=(), description="columns that are never empty, besides the key")
    vocabularies: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="column -> labels")
    ranges: dict[str, tuple[float, float]] = Field(default_factory=dict)
    number_or_code: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="text columns that hold a number or one of these codes"
    )
    vintage_vocabularies: dict[str, dict[str, tuple[str, ...]]] = Field(
        default_factory=dict, description="vintage -> column -> labels, where they change with the vintage"
    )
    belongs_to: BelongsTo | None = None
    control_totals: dict[str, tuple[ControlTotal, ...]] = Field(
        default_factory=dict, description="vintage -> totals; only of the national channel"
    )
    missing: tuple[str, ...] = Field(default=("", "NA"), description="texts that mean: no value")
    missing_marks: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="column -> texts that mean no value there, besides `missing`"
    )

    def columns_of(self, vintage: str) -> dict[str, str]:
        """Declared columns of one vintage."""
        absent = self.absent.get(vintage, ())
        return {name: kind for name, kind in self.columns.items() if name not in absent}

    def labels_of(self, vintage: str) -> dict[str, tuple[str, ...]]:
        """Labels that each column may have in one vintage."""
        return self.vocabularies | self.vintage_vocabularies.get(vintage, {})

    @property
    def state_columns(self) -> dict[str, Code]:
        """Columns whose first two digits are a state."""
        return {name: code for name, code in self.codes.items() if code.holds_state}

    @model_validator(mode="after")
    def _checks_name_known_columns(self) -> Table:
        named = {
            *self.key,
            *self.key_may_be_empty,
            *self.codes,
            *self.required,
            *self.vocabularies,
            *(column for labels in self.vintage_vocabularies.values() for column in labels),
            *self.ranges,
            *self.number_or_code,
            *(column for absent in self.absent.values() for column in absent),
            *(total.column for totals in self.control_totals.values() for total in totals),
        }
        unknown = sorted(named - set(self.columns))
        if unknown:
            raise ValueError(f"table {self.name}: checks name columns that are not declared: {unknown}")
        return self


class SourceFile(Record):
    """One official file: its name, where it comes from, which tables it yields."""

    name: str = Field(description="short identifier, unique within source and vintage")
    vintage: str
    official_name: str = Field(
        description="the agency's name; with folders only where the name alone is not unique"
    )
    tables: tuple[str, ...]
    partition: str | None = None
    partitions: tuple[str, ...] = Field(
        default=(),
        description="a collective file: it holds all of these, and yields those without a file of their own",
    )
    channel: Channel | None = Field(default=None, description="only of this channel; None: of both")
    url: str | None = None
    key: Literal["", "census_api_key"] = Field(
        default="", description="setting that holds the key which the address needs; never written down"
    )
    mirror_paths: tuple[str, ...] = Field(
        default=(), description="paths inside mirror folders, besides <source>/<vintage>/<official name>"
    )
    encoding: Encoding = "utf-8"
    form_settings: str | None = Field(
        default=None, description="what a person must choose in the agency's form"
    )
    members: tuple[str, ...] = Field(default=(), description="members that a zip must hold")
    sha256: str | None = Field(default=None, description="if the agency promises one content for ever")
    required: bool = Field(default=False, description="a national run stops without it")
    bulk: bool = Field(
        default=False, description="never fetched by a run: all files of its kind are tens of gigabytes"
    )
    paged: bool = Field(
        default=False, description="the address answers in pages; the file is all of them, one a line"
    )
    ships: bool = Field(default=True, description="false: too big or not needed for the project's own mirror")
    layout: str = Field(default="", description="changes with the rows that say how the file is read")

    @property
    def basename(self) -> str:
        """The file's name without folders."""
        return self.official_name.rsplit("/", 1)[-1]

    def partitions_of(self, table: Table) -> tuple[str | None, ...]:
        """The partitions of a table that the file yields; (None,) for a table that has none."""
        if not table.partitioned:
            return (None,)
        return self.partitions or (self.partition,)


class NotAtHand(Record):
    """Something of the source that no mirror has, and why."""

    name: str
    reason: str


class Source(Record):
    """A source: who publishes it, under which terms, its tables and files, its parser."""

    name: str
    agency: str
    title: str
    description: str
    landing_page: str
    terms: str
    citation: str
    access: Access
    tables: tuple[Table, ...]
    files: tuple[SourceFile, ...]
    complete: str = Field(description="what must be at hand before its series can count as computed")
    parse: Callable[[SourceFile, Path], Iterable[Parsed]] = Field(exclude=True, repr=False)
    parser_version: int = 1
    layouts: Any = Field(
        default=None, exclude=True, repr=False, description="the Layouts that tables and files come from"
    )
    schedule_month: int | None = Field(
        default=None, ge=1, le=12, description="month in which a new vintage appears every year"
    )
    owner: str = "data-engineering"
    not_at_hand: tuple[NotAtHand, ...] = ()

    def table(self, name: str) -> Table:
        """The record of one table."""
        return next(table for table in self.tables if table.name == name)

    def canonical_path(self, file: SourceFile) -> str:
        """Where the file lies in a mirror folder that follows our own layout."""
        return f"{self.name}/{file.vintage}/{file.official_name}"

    @cached_property
    def unique_basenames(self) -> frozenset[str]:
        """Names without folders that only one of its files has."""
        counts = Counter(file.basename for file in self.files)
        return frozenset(name for name, times in counts.items() if times == 1)

    def pieces(self, table: Table) -> Iterator[tuple[str, str | None]]:
        """Every (vintage, partition) in which the table can exist, in the order of the files."""
        seen = set()
        for file in self.files:
            if table.name not in file.tables:
                continue
            for partition in file.partitions_of(table):
                piece = (file.vintage, partition)
                if piece not in seen:
                    seen.add(piece)
                    yield piece

    @model_validator(mode="after")
    def _one_file_a_piece(self) -> Source:
        known = {table.name: table for table in self.tables}
        pieces: dict[tuple[str, str, str | None], str] = {}
        names = set()
        for file in self.files:
            identity = (file.vintage, file.name)
            if identity in names:
                raise ValueError(f"source {self.name}: two files are called {identity}")
            names.add(identity)
            for name in file.tables:
                if name not in known:
                    raise ValueError(
                        f"source {self.name}: file {file.name} yields the undeclared table {name}"
                    )
                if file.partitions:
                    continue
                piece = (name, file.vintage, file.partition if known[name].partitioned else None)
                if piece in pieces:
                    raise ValueError(
                        f"source {self.name}: {file.name} and {pieces[piece]} both yield {piece}"
                    )
                pieces[piece] = file.name
        return self
