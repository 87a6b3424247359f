"""Reading an archive of NIBRS: members become counts by agency.

Two layouts. To 2020 names are in capitals, texts in quotes and offenses are numbered by the archive's own
list (`OFFENSE_TYPE_ID`); from 2021 on names are small and offenses have the code of the manual. Columns are
found by their names; some others are called `0`, twice. The members are joined by DuckDB on the disk, so that
the largest state needs no more memory than the smallest.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.base.errors import MobilityError
from orchestration.base.sql import identifier, literal
from orchestration.sources.model import Parsed, SourceFile
from orchestration.sources.reading import archives, text

if TYPE_CHECKING:
    import zipfile

    import duckdb

_LAST_OF_OLD = "2020"
_PERSON = ("age_num", "sex_code", "race_id", "ethnicity_id")
_MEMORY = "600MB"
_AGAIN = "fetch the archive again; if the FBI changed it, change orchestration/sources/fbi_nibrs"


@dataclass(frozen=True)
class _Member:
    """A member and the columns that are read of it, by their small names."""

    name: str
    columns: tuple[str, ...]


def _members(vintage: str) -> dict[str, _Member]:
    code = "offense_type_id" if vintage <= _LAST_OF_OLD else "offense_code"
    members = {
        "agencies": _Member(
            "agencies.csv",
            (
                "agency_id", "data_year", "ori", "pub_agency_name", "agency_type_name", "population",
                "county_name", "nibrs_participated",
            ),
        ),
        "incident": _Member("NIBRS_incident.csv", ("data_year", "agency_id", "incident_id")),
        "offense": _Member("NIBRS_OFFENSE.csv", ("data_year", "offense_id", "incident_id", code)),
        "arrestee": _Member("NIBRS_ARRESTEE.csv", ("data_year", "arrestee_id", "incident_id", *_PERSON)),
        "group_b": _Member("NIBRS_ARRESTEE_GROUPB.csv", ("data_year", "groupb_arrestee_id", *_PERSON)),
    }  # fmt: skip
    kinds = (code,) if code == "offense_code" else (code, "offense_code")
    return members | {"kind": _Member("NIBRS_OFFENSE_TYPE.csv", kinds)}


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The four tables of an archive.

    Raises:
        MobilityError: a member or a column is missing, rows are of another year, or members do not belong
            together.
    """
    import duckdb

    with (
        tempfile.TemporaryDirectory() as folder,
        archives.opened(file, path) as archive,
        duckdb.connect(str(Path(folder) / "members.duckdb")) as connection,
    ):
        connection.execute(f"set memory_limit = '{_MEMORY}'")
        connection.execute("set enable_progress_bar = false")
        for name, member in _members(file.vintage).items():
            _take(connection, file, archive, name, member, Path(folder))
        _check(connection, file)
        for table, query in _tables(file.vintage).items():
            yield table, file.partition, connection.execute(query).to_arrow_table()


def _take(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    archive: zipfile.ZipFile,
    name: str,
    member: _Member,
    folder: Path,
) -> None:
    """A member as a table of text, only the columns that are read."""
    import duckdb

    place = folder / member.name
    whole = file.model_copy(update={"members": (member.name,)})
    present = {info.filename.rsplit("/", 1)[-1].lower() for info in archive.infolist()}
    if member.name.lower() not in present:
        raise MobilityError(
            "A zip archive lacks a member.",
            where=f"{file.official_name}, vintage {file.vintage}",
            expected=member.name,
            found=", ".join(sorted(present)) or "nothing",
            remedy=_AGAIN,
        )
    with archives.member(whole, archive, member.name) as stream, place.open("wb") as out:
        shutil.copyfileobj(stream, out, 1 << 20)
    where = f"{file.official_name}, member {member.name}"
    header, encoding = _header(place, where)
    missing = [column for column in member.columns if column not in header]
    if missing:
        raise MobilityError(
            "The columns are not those of the layout.",
            where=f"{where}, row 1",
            expected=", ".join(member.columns),
            found=f"without {', '.join(missing)}; it has {', '.join(header)}",
            remedy=_AGAIN,
        )
    declared = {f"c{at}": "VARCHAR" for at in range(len(header))}
    chosen = ", ".join(f"trim(c{header.index(column)}) as {identifier(column)}" for column in member.columns)
    try:
        connection.execute(
            f"""
            create table {identifier(name)} as
            select {chosen}
            from read_csv(
                {literal(str(place))}, columns = {declared!r}, header = false, skip = 1, auto_detect = false,
                delim = ',', quote = '"', escape = '"', encoding = {literal(encoding)},
                strict_mode = true, null_padding = false
            )
            """
        )
    except duckdb.Error as error:
        raise MobilityError(
            "A line of the file cannot be read.",
            where=where,
            expected=f"{len(header)} fields in every line",
            found=" ".join(str(error).split())[:400],
            remedy=_AGAIN,
        ) from error
    place.unlink()


def _header(place: Path, where: str) -> tuple[list[str], str]:
    """Names of the columns in small letters, and the encoding: that of names is not the same everywhere."""
    with place.open("rb") as lines:
        first = text.decode(lines.readline(), "utf-8", where)
        try:
            for line in lines:
                line.decode("utf-8")
        except UnicodeDecodeError:
            encoding = "latin-1"
        else:
            encoding = "utf-8"
    return [name.strip().lower() for name in next(csv.reader([first]), [])], encoding


def _check(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> None:
    """Rows are of the year, named once, and know where they belong."""
    members = _members(file.vintage)
    code = members["kind"].columns[0]
    for name, member in members.items():
        if "data_year" in member.columns and name != "agencies":  # of agencies the lake has the year
            other_year = f"data_year is distinct from '{file.vintage}'"
            _refuse(connection, file, member, name, "data_year", other_year, f"rows of {file.vintage}")
    keys = {
        "agencies": "agency_id",
        "incident": "incident_id",
        "offense": "offense_id",
        "kind": code,
        "arrestee": "arrestee_id",
        "group_b": "groupb_arrestee_id",
    }
    for name, key in keys.items():
        twice = f"{key} is null or {key} in (select {key} from {name} group by 1 having count(*) > 1)"
        _refuse(connection, file, members[name], name, key, twice, f"each {key} once", "it is not unique")
    for name, key, other in (
        ("incident", "agency_id", "agencies"),
        ("offense", "incident_id", "incident"),
        ("offense", code, "kind"),
        ("arrestee", "incident_id", "incident"),
    ):
        strange = f"{key} is null or {key} not in (select {key} from {other} where {key} is not null)"
        wanted = f"every {key} in {members[other].name}"
        _refuse(connection, file, members[name], name, key, strange, wanted)


def _refuse(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    member: _Member,
    table: str,
    column: str,
    wrong: str,
    expected: str,
    more: str = "it belongs nowhere",
) -> None:
    found = connection.execute(f"select count(*), min({column}) from {table} where {wrong}").fetchone()
    if found is not None and found[0]:
        shown = "nothing" if found[1] is None else repr(found[1])
        raise MobilityError(
            "Rows of a member do not belong there.",
            where=f"{file.official_name}, member {member.name}, column {column}",
            expected=expected,
            found=f"{found[0]:,} other rows, such as {shown}: {more}",
            remedy=_AGAIN,
        )


def _tables(vintage: str) -> dict[str, str]:
    """Table -> the query that counts it."""
    key = _members(vintage)["kind"].columns[0]
    person = ", ".join(_PERSON)
    agency = "incident.agency_id, agencies.ori"
    joined = "inner join incident using (incident_id) inner join agencies using (agency_id)"
    columns = ", ".join(_members(vintage)["agencies"].columns)
    return {
        "agencies": f"select {columns} from agencies order by agency_id",
        "offenses": f"""
            select {agency}, kind.offense_code, count(*) as offenses
            from offense {joined} inner join kind on offense.{key} = kind.{key}
            group by all order by all
            """,
        "arrests_group_a": f"""
            select {agency}, {person}, count(*) as arrests
            from arrestee {joined} group by all order by all
            """,
        "arrests_group_b": f"select {person}, count(*) as arrests from group_b group by all order by all",
    }
