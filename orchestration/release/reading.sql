-- What an analyst asks for by name: macros of the released database.
-- Parameters have names that no column has: DuckDB would take a column for a parameter of its name.
--
-- A name that the release does not know is an error with near names, not a table without rows. What is asked for stands
-- on the outer side of each join: a condition beside a table that holds no such row might never be looked at.

-- Excel, R and pandas take the zero in front away: 1003 is 01003.
create macro whole_code(given) as
    if(length(given::varchar) in (4, 6), '0' || given::varchar, given::varchar);

create macro known_variable(given) as coalesce(
    (select min(variable) from variables where variable = given),
    error('no variable ''' || given || ''' in this release; near names: ' || (
        select string_agg(variable, ', ') from (
            select variable from variables
            order by jaro_winkler_similarity(variable, lower(given)) desc, variable
            limit 3
        )
    ) || '; all of them stand in table variables')
);

create macro known_code(given) as coalesce(
    (select min(geoid) from geographies where geoid = whole_code(given)),
    error('no county or city ''' || given::varchar || ''' in this release (5 digits for a county, 7 for a city); near: ' || (
        select string_agg(geoid || ' (' || name || ', ' || state_name || ')', '; ') from (
            select geoid, name, state_name from geographies
            order by
                greatest(
                    jaro_winkler_similarity(geoid, whole_code(given)),
                    jaro_winkler_similarity(lower(name), lower(given::varchar))
                ) desc,
                geoid
            limit 3
        )
    ))
);

create macro known_division(given) as coalesce(
    (select min(subgroup_type) from series where subgroup_type = given),
    error('no subgroup_type ''' || given || ''' in this release; it has '
        || (select string_agg(distinct subgroup_type, ', ' order by subgroup_type) from series))
);

create macro known_group(given) as coalesce(
    (select min(subgroup) from subgroups where subgroup = given),
    error('no subgroup ''' || given || ''' in this release; near names: ' || (
        select string_agg(subgroup, '; ') from (
            select distinct subgroup from subgroups
            order by jaro_winkler_similarity(lower(subgroup), lower(given)) desc, subgroup
            limit 3
        )
    ) || '; all of them stand in table subgroups')
);

-- 95 % bounds to a standard error. Bounds that were cut at 0 or 1 are short on one side: the longer one is right.
-- Those of the ACS microdata are t(0.975, 79) standard errors, after 80 replicate weights; all others 1.96. An interval that
-- is open on one side has none: that side may be the longer one.
create macro error_of_bounds(estimate, least, most, of_sample) as
    nullif(if(most - least is null, null, greatest(most - estimate, estimate - least)), 0)
    / if(of_sample in ('acs1', 'acs5'), 1.9904502102301285, 1.959963984540054);

-- Bounds of homelessness say what is not known of suppressed counts; those of learning in cities are means of districts';
-- those of a value whose flag is worse than `interval_flag` are those of the pool that an area has its value from.
create macro is_95(kind, areas, of_flag, worst_flag) as
    (kind = 'sampling_95' or (kind = 'model_95' and areas = 'county')) and coalesce(of_flag <= worst_flag::integer, true);

create macro relative_error_of(estimate, least, most, of_sample, kind, of_flag, worst_flag) as
    if(kind = 'sampling_95' and is_95(kind, '', of_flag, worst_flag),
        error_of_bounds(estimate, least, most, of_sample) / nullif(abs(estimate), 0), null);

-- Values of everybody, or of the groups of one kind: within one kind a variable is from one sample, so that values of
-- the one-year and the five-year survey never stand under each other unseen.
--
-- relative_error: standard error / value where the bounds are a 95 % interval of sampling. The flag does not know it.
create macro metric(wanted, divided_by := 'all') as table
    with asked as (select known_variable(wanted) as variable, known_division(divided_by) as subgroup_type)
    select m.*, g.name, g.state_name,
        relative_error_of(m.value, m.lower, m.upper, m.sample, v.interval_kind, m.quality, v.interval_flag)
            as relative_error
    from asked
    inner join metric_values as m using (variable, subgroup_type)
    inner join variables as v using (variable)
    left join geographies as g using (geography_type, geoid)
    where m.value is not null
    order by m.geography_type, m.geoid, m.year, m.subgroup_type, m.subgroup;

create macro place_profile(wanted) as table
    with asked as (select known_code(wanted) as geoid)
    select v.pillar, v.predictor, v.label, m.variable, m.year, m.sample, m.value, m.lower, m.upper, m.quality,
        m.missing_reason, v.unit, m.origin, m.deviation_ids,
        relative_error_of(m.value, m.lower, m.upper, m.sample, v.interval_kind, m.quality, v.interval_flag)
            as relative_error
    from asked
    inner join metric_values as m using (geoid)
    inner join variables as v using (variable)
    where m.subgroup_type = 'all'
    qualify row_number() over (
        partition by m.variable order by (m.value is not null) desc, m.year desc, m.sample
    ) = 1
    order by v.pillar, v.predictor, m.variable;

create macro compare(wanted, peers) as table
    with named as (select unnest(list_append(peers::varchar[], wanted::varchar)) as given),
    asked as (select distinct known_code(given) as geoid from named)
    select m.variable, v.label, m.year, m.sample, m.geoid, g.name, g.state_name, m.value, m.lower, m.upper, m.quality,
        m.geoid = whole_code(wanted) as is_wanted
    from asked
    inner join metric_values as m using (geoid)
    inner join variables as v using (variable)
    inner join geographies as g using (geography_type, geoid)
    where m.subgroup_type = 'all'
    order by m.variable, m.year, is_wanted desc, m.geoid;

