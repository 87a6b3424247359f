-- Every series x geography x label is there exactly once.
select
    (select count(*) from {{ ref('series_cells') }}) as expected,
    (select count(*) from {{ ref('metric_values') }}) as found,
    (
        select count(*) from (
            select distinct geography_type, geoid, year, variable, subgroup_type, subgroup, sample
            from {{ ref('metric_values') }}
        )
    ) as distinct_keys
where expected <> found or expected <> distinct_keys or expected = 0
