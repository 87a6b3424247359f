"""The light copies have the same bytes whatever the number of threads."""

from __future__ import annotations

import duckdb

from orchestration.base.files import files_below
from orchestration.release.light import write_light

_LONG = """
    select 'county' as geography_type, (i // 100)::varchar as geoid, 'share_employed' as variable,
        if(i % 4 = 0, 'all', 'gender') as subgroup_type, 'All' as subgroup, 2000 + i % 20 as year,
        'acs5' as sample, if(hash(i) % 5 = 0, null, i / 7) as value, value - 1 as lower, value + 1 as upper,
        1::tinyint as quality
    from many order by i"""


def _copies(threads, folder):
    folder.mkdir()
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.execute("create table many as select unnest(range(600000)) as i")
        connection.execute(f"create table long as {_LONG}")
        write_light(connection, folder, "from long")
    return [path.read_bytes() for path in files_below(folder)]


def test_bytes_are_the_same_whatever_the_threads(tmp_path):
    one, two = _copies(1, tmp_path / "one"), _copies(2, tmp_path / "two")
    assert len(one) == 2 and one == two
