-- Standard errors of the differences between two groups in all areas of a kind, from the replicates of the survey: per
-- variable, division, year and pair of groups, in the order of the areas. Where the release has none there are no rows.
with pairs as (
    select
        exact.variable, exact.subgroup_type, exact.geography_type, exact.year, exact.sample, area.number,
        one.position as one, other.position as other, exact.standard_error
    from gap_errors_of_pages as exact
    inner join area_numbers as area using (geography_type, geoid)
    inner join subgroups as one on exact.subgroup_type = one.subgroup_type and exact.group_a = one.subgroup
    inner join subgroups as other on exact.subgroup_type = other.subgroup_type and exact.group_b = other.subgroup
    where 'All' not in (exact.group_a, exact.group_b)
    qualify exact.sample = min(exact.sample) over (
        partition by exact.variable, exact.subgroup_type, exact.geography_type, exact.year)
),

listed as (
    select distinct variable, subgroup_type, geography_type, year, one, other from pairs
)

select
    listed.variable, listed.subgroup_type, listed.geography_type, listed.year, listed.one, listed.other,
    list(pairs.standard_error order by area.number) as errors
from listed
inner join area_numbers as area using (geography_type)
left join pairs
    on listed.variable = pairs.variable and listed.subgroup_type = pairs.subgroup_type
    and listed.geography_type = pairs.geography_type and listed.year = pairs.year and listed.one = pairs.one
    and listed.other = pairs.other and area.number = pairs.number
group by all
order by 1, 2, 4, 3, 5, 6
