"""Keys of rules: everything that a finding depends on changes them."""

from __future__ import annotations

from orchestration.gate.carried import Contents, reads


def _contents() -> Contents:
    contents = Contents()
    contents.note("candidate.county", "a")
    contents.note("previous.county", "b")
    contents.derive("work.wide", "select * from candidate.county")
    return contents


def test_relations_are_found_however_they_are_written() -> None:
    assert reads('select 1 from candidate."county" join work.wide') == {"candidate.county", "work.wide"}
    assert reads('"from candidate.\\"county\\" as c"') == {"candidate.county"}


def test_a_key_depends_on_sql_and_on_all_that_it_reads() -> None:
    sql = "select count(*) from work.wide"
    key = _contents().of(sql)
    assert key is not None and key == _contents().of(sql)
    assert _contents().of(sql + " where true") != key
    changed = _contents()
    changed.note("candidate.county", "another")
    changed.derive("work.wide", "select * from candidate.county")
    assert changed.of(sql) != key
    other_way = _contents()
    other_way.derive("work.wide", "select * from candidate.county where true")
    assert other_way.of(sql) != key
    elsewhere = _contents()
    elsewhere.note("previous.county", "another")
    assert elsewhere.of(sql) == key


def test_what_cannot_be_known_has_no_key() -> None:
    contents = _contents()
    assert contents.of("select 1 from candidate.place") is None
    assert contents.of("from read_parquet('x.parquet')") is None
    assert contents.of("select random() from candidate.county") is None
    assert contents.of("select now.value from candidate.county as now") is not None
    contents.derive("work.lost", "select * from candidate.place")
    assert contents.of("select 1 from work.lost") is None
    contents.note("candidate.county", None)
    assert contents.of("select 1 from candidate.county") is None


def test_an_enumeration_is_of_both_long_tables() -> None:
    contents = _contents()
    sql = "select try_cast(geoid as of_geoid) from candidate.county"
    contents.note("candidate.metric_values", "m")
    key = contents.of(sql)
    contents.note("candidate.metric_values", "n")
    assert contents.of(sql) != key


def test_a_part_of_a_relation_counts_instead_of_the_whole() -> None:
    contents = _contents()
    sql = "select * from candidate.county join candidate.metric_values using (geoid)"
    contents.note("candidate.metric_values", "whole")
    key = contents.of(sql, {"candidate.metric_values": "part"})
    contents.note("candidate.metric_values", "another whole")
    assert contents.of(sql, {"candidate.metric_values": "part"}) == key
    assert contents.of(sql, {"candidate.metric_values": "another part"}) != key
    assert contents.of(sql, {"candidate.metric_values": None}) is None
