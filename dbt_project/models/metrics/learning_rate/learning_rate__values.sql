-- Grade levels that a cohort gains in reading a year between grades 3 and 8: the slope of its mean score on the grade,
-- weighted by tests.
--
--     slope = sum w (x - mean x) (y - mean y) / sum w (x - mean x)^2        x grade, y mean score, w tests
--     standard error = sqrt(s2 / sum w (x - mean x)^2), s2 = sum w e^2 / (N - P) over all areas of the cohort and group
--     (N grades with a score, P two parameters an area, one where it has one grade); bounds: -/+ 1.96 standard errors
--     quality: 1 five or six grades, 2 four, each with 30 tests or more, else 3
--
-- One residual variance for all counties, or for all districts of cities, is the published rule; bounds of a city are the
-- means of those of its districts. A city has the districts whose office has its name for an address; it takes their
-- mean weighted by tests, of the flags too (rounded, halves up). A single grade gives no slope.
with cities as (
    {{ school_cities() }}
),

-- The newest city that a directory gives; the agency of a district is that of its state.
cities_of_districts as (
    select
        leaid,
        arg_max(lower(city_location), year) as city,
        arg_max(city_file, year) as city_file
    from {{ ref('stg_ccd_districts__directory') }}
    where city_location is not null
    group by all
),

districts_of_places as (
    select
        district.leaid,
        cities.year,
        cities.geoid,
        district.city_file
    from cities_of_districts as district
    inner join cities
        on
            district.city = cities.city
            and substr(district.leaid, 1, 2) = cities.state
),

scores as (
    select
        *,
        mean_score is not null and tests > 0 as counts,
        mean_score::decimal(14, 10) as score
    from {{ ref('stg_seda__scores') }}
    where
        year in (select frame.year from {{ ref('geography_years') }} as frame)
        and (level = 'county' or code in (select given.leaid from districts_of_places as given))
),

-- Moments in decimals: no order of the rows changes a digit.
moments as (
    select
        level,
        code,
        year,
        subgroup_type,
        subgroup,
        min(source_file) as source_file,
        count(score) as grades,
        min(tests) as fewest_tests,
        sum(tests)::bigint as all_tests,
        count(*) filter (where counts) as n,
        (sum(tests) filter (where counts))::double as w,
        (sum(tests * grade) filter (where counts))::double as wx,
        (sum(tests * grade * grade) filter (where counts))::double as wxx,
        (sum(tests * score) filter (where counts))::double as wy,
        (sum(tests * grade * score) filter (where counts))::double as wxy,
        (sum(tests * score * score) filter (where counts))::double as wyy
    from scores
    group by all
),

lines as (
    select
        *,
        wxx - wx * wx / w as spread,
        case when n >= 2 then (wxy - wx * wy / w) / spread end as slope,
        wyy - wy * wy / w - slope * (wxy - wx * wy / w) as left_over,
        -- What is left of an exact line is the rounding of doubles.
        case when left_over > 1e-12 * wyy then left_over else 0 end as residuals
    from moments
),

errors as (
    select
        *,
        sum(residuals::decimal(38, 18)) over of_all as all_residuals,
        sum(n) over of_all - sum(case when n >= 2 then 2 else n end) over of_all as freedom,
        case
            when slope is not null and freedom > 0 and all_residuals > 0
                then 1.96 * sqrt(all_residuals::double / freedom / spread)
        end as half_width,
        case
            when slope is null then null
            when grades >= 5 and fewest_tests >= 30 then 1
            when grades = 4 and fewest_tests >= 30 then 2
            else 3
        end as quality
    from lines
    window of_all as (partition by level, year, subgroup_type, subgroup)
),

areas as (
    select
        'county' as geography_type,
        code as geoid,
        * exclude (level, code)
    from errors
    where level = 'county'
    union all by name
    select
        'place' as geography_type,
        place.geoid,
        place.city_file,
        errors.* exclude (level, code)
    from errors
    inner join districts_of_places as place
        on
            errors.level = 'district'
            and errors.code = place.leaid
            and errors.year = place.year
),

means as (
    select
        geography_type,
        geoid,
        year,
        subgroup_type,
        subgroup,
        count(slope) as lines,
        min(grades) as grades,
        min(fewest_tests) as fewest_tests,
        sum(all_tests)::bigint as all_tests,
        {%- for column in ['slope', 'half_width'] %}
        case
            when count({{ column }}) = 1 then max({{ column }})
            else
                sum(all_tests * {{ column }} order by all_tests, {{ column }})
                / sum(all_tests) filter (where {{ column }} is not null)
        end as {{ column }},
        {%- endfor %}
        floor(sum(all_tests * quality) / sum(all_tests) filter (where quality is not null) + 0.5) as quality,
        string_agg(distinct source_file, ';' order by source_file) || coalesce(';' || min(city_file), '') as source_files
    from areas
    group by all
),

delivered as (
    select
        geography_type,
        geoid,
        year,
        'rate_learning' as variable,
        -- Each kind of groups has a row for all students beside them.
        unnest(case when subgroup = 'All' then ['all', 'race-ethnicity', 'gender', 'income'] else [subgroup_type] end)
            as subgroup_type,
        subgroup,
        slope as value,
        slope - half_width as lower,
        slope + half_width as upper,
        case when slope is not null then quality end as quality,
        case
            when slope is null then null
            when geography_type = 'place' and lines > 1 then 'mean of the flags of ' || lines || ' districts'
            else grades || ' grades, of the smallest ' || coalesce(fewest_tests::varchar, 'an unknown number of') || ' tests'
        end as quality_reason,
        case when slope is null then 'suppressed_by_source' end as missing_reason,
        all_tests as sample_size,
        source_files
    from means
)

{{ on_frame('delivered') }}
