-- What an analyst asks of two numbers: macros of the released database. `docs/comparing.md` has the formulas.
-- A name that the release does not know is an error, as in reading.sql, whose macros these use. Parameters have names that
-- no column has: DuckDB would take a column for a parameter of its name.

-- Standard error of a difference as the Census Bureau publishes it: of independent estimates, and, where two
-- periods share a part of their years, times the root of what they do not share.
create macro error_of_difference(one_error, other_error, shared_part) as
    sqrt(1 - shared_part) * sqrt(one_error * one_error + other_error * other_error);

-- Which part of the years of two periods is in both: twice the common years over the years of either. Periods end in the
-- years that name them and are `usual` years long, the one that ends in `odd_end` has `odd_length`. Where every year has
-- the same variance, it is the part of the two variances that falls out of the difference.
create macro shared_part_of(one_end, other_end, usual, odd_end, odd_length) as
    2 * greatest(0, least(one_end, other_end) - greatest(
        one_end - if(one_end = odd_end, odd_length, usual),
        other_end - if(other_end = odd_end, odd_length, usual)
    )) / (if(one_end = odd_end, odd_length, usual) + if(other_end = odd_end, odd_length, usual));

create macro significance(gap_between, gap_error, quantile) as abs(gap_between) / gap_error > quantile;

-- Values with a standard error where their bounds are a 95 % interval.
create macro measured(wanted_geoids, named) as table
    with given as (select unnest(wanted_geoids)::varchar as code),
    asked as (select distinct known_code(code) as geoid, known_variable(named) as variable from given)
    select
        cell.*,
        case
            when is_95(about.interval_kind, cell.geography_type, cell.quality, about.interval_flag)
                then error_of_bounds(cell.value, cell.lower, cell.upper, cell.sample)
        end as standard_error
    from asked
    inner join metric_values as cell using (geoid, variable)
    inner join variables as about using (variable);

-- Breaks that a comparison of two years crosses.
create macro breaks_between(wanted, named, divided_by, of_sample, first_year, last_year) as table
    select
        break_id, effect, what_changed, consequence,
        case when overlap_years is not null then shared_part_of(
            first_year, last_year, overlap_years::integer, shorter_period::integer, shorter_years::integer
        ) end as shared_part
    from comparability_breaks
    where effect in ('blocks', 'care', 'dependent')
        and list_contains(string_split(variables, ';'), named)
        and (geography_types is null or list_contains(
            string_split(geography_types, ';'), if(length(wanted) = 5, 'county', 'place')))
        and (geoids is null or list_contains(string_split(geoids, ';'), wanted))
        and (subgroup_types is null or list_contains(string_split(subgroup_types, ';'), divided_by))
        and (sample is null or sample = of_sample)
        and (year_before is null or least(first_year, last_year)::integer <= year_before::integer)
        and (year_after is null or greatest(first_year, last_year)::integer >= year_after::integer)
        and (overlap_years is null or shared_part > 0)
    order by effect, break_id;

create macro change_of_group(wanted, named, divided_by, one_group, first_year, last_year) as table
    with asked as (select known_division(divided_by) as subgroup_type, known_group(one_group) as subgroup),
    cells as (from asked inner join measured([wanted], named) using (subgroup_type, subgroup)),
    pair as (
        select
            geography_type, geoid, variable, subgroup_type, subgroup, sample,
            earlier.year as from_year, later.year as to_year,
            earlier.value as from_value, later.value as to_value,
            later.value - earlier.value as difference,
            earlier.standard_error as from_error, later.standard_error as to_error,
            earlier.origin = 'computed' and later.origin = 'computed' and sample <> '' as has_replicates,
            greatest(earlier.quality, later.quality) as quality,
            coalesce(earlier.missing_reason, later.missing_reason) as missing_reason
        from cells as earlier
        inner join cells as later using (geography_type, geoid, variable, subgroup_type, subgroup, sample)
        where earlier.year = first_year and later.year = last_year
    ),
    known as (
        select
            coalesce(max(shared_part), 0) as shared_part,
            coalesce(bool_or(effect = 'blocks'), false) as is_blocked,
            coalesce(bool_or(effect = 'care'), false) as needs_care,
            list(break_id order by break_id) as breaks,
            list(concat_ws(' ', what_changed, consequence) order by break_id) as break_notes
        from pair, lateral (
            from breaks_between(
                pair.geoid, pair.variable, pair.subgroup_type, pair.sample, pair.from_year, pair.to_year)
        )
    ),
    judged as (
        select *, error_of_difference(from_error, to_error, shared_part) as standard_error
        from pair, known
    )
    select
        geography_type, geoid, variable, subgroup_type, subgroup, sample, from_year, to_year, from_value, to_value,
        difference, standard_error,
        significance(difference, standard_error, 1.644853626951472) as significant_90,
        significance(difference, standard_error, 1.959963984540054) as significant_95,
        case when is_blocked then 'no' when needs_care then 'with care' else 'yes' end as comparable,
        case
            when difference is null then 'a value is missing: ' || coalesce(missing_reason, 'unknown')
            when is_blocked then 'not comparable'
            when standard_error is null then 'no interval: it cannot be told from chance'
            when significance(difference, standard_error, 1.959963984540054) then 'changed beyond chance'
            else 'no change beyond chance'
        end as verdict,
        quality, breaks, break_notes,
        case
            when standard_error is null then null
            when shared_part > 0 then 'The two periods share ' || round(100 * shared_part)::integer || ' % of their years: '
                || 'the standard error is that of independent samples times the root of the other part.'
            else 'The two samples are taken as independent.'
        end as assumption,
        error_of_difference(from_error, to_error, 0) as independent_error,
        -- Samples that share no year are independent by design: the two replicate errors have no part in common.
        case when has_replicates and shared_part = 0 then standard_error end as replicate_error
    from judged;

create macro change(wanted, named, first_year, last_year) as table
    from change_of_group(wanted, named, 'all', 'All', first_year, last_year);

-- `standard_error` is that of the replicates where the release has it (table gap_errors: both values computed from
-- microdata); else that of independent groups, which stands beside it always.
create macro gap(wanted, named, one_group, other_group) as table
    with asked as (select known_group(one_group) as one_group, known_group(other_group) as other_group),
    cells as (from measured([wanted], named)),
    exact as (
        select * exclude (group_a, group_b), group_a as first_group, group_b as last_group
        from gap_errors where geoid = whole_code(wanted) and variable = named
    ),
    pair as (
        select
            geography_type, geoid, variable, subgroup_type, sample, year,
            one.subgroup as group_a, other.subgroup as group_b, one.value as value_a, other.value as value_b,
            one.value - other.value as difference,
            error_of_difference(one.standard_error, other.standard_error, 0) as independent_error,
            exact.standard_error as replicate_error,
            greatest(one.quality, other.quality) as quality,
            coalesce(one.missing_reason, other.missing_reason) as missing_reason
        from asked
        inner join cells as one on one.subgroup = asked.one_group
        inner join cells as other using (geography_type, geoid, variable, subgroup_type, sample, year)
        left join (select * exclude (geography_type, geoid, variable) from exact) as exact
            on subgroup_type = exact.subgroup_type and sample = exact.sample and year = exact.year
            and least(one.subgroup, other.subgroup) = exact.first_group
            and greatest(one.subgroup, other.subgroup) = exact.last_group
        where other.subgroup = asked.other_group and asked.one_group <> asked.other_group
    ),
    judged as (
        select *, coalesce(nullif(replicate_error, 0), independent_error) as standard_error from pair
    )
    select
        geography_type, geoid, variable, subgroup_type, sample, year, group_a, group_b, value_a, value_b,
        difference, standard_error,
        significance(difference, standard_error, 1.644853626951472) as significant_90,
        significance(difference, standard_error, 1.959963984540054) as significant_95,
        case
            when difference is null then 'a value is missing: ' || coalesce(missing_reason, 'unknown')
            when standard_error is null then 'no interval: it cannot be told from chance'
            when significance(difference, standard_error, 1.959963984540054) then 'differ beyond chance'
            else 'no difference beyond chance'
        end as verdict,
        quality,
        case
            when standard_error is null then null
            when replicate_error > 0 then 'Nothing: the standard error is that of the difference itself, from the '
                || 'replicate weights of the survey.'
            when 'All' in (group_a, group_b) then
                'One group is a part of the other: taken as independent, the standard error is too large.'
            else 'The groups come from one sample and are taken as independent: people of one home or '
                || 'neighborhood answer alike, so the standard error may be too large or too small.'
        end as assumption,
        independent_error, replicate_error
    from judged
    order by subgroup_type, sample, year;

-- The place of a community among others in its newest year with a value: 1 is the highest value. `rank_first` to
-- `rank_last` are the places that chance leaves open: those above and below that differ beyond chance at 95 %.
create macro rank_among(wanted, named, among) as table
    with cells as (
        from measured(list_append(among, wanted), named)
        where subgroup_type = 'all' and value is not null
        and not exists (
            select 1 from comparability_breaks
            where effect = 'no_ranking' and list_contains(string_split(variables, ';'), named)
        )
    ),
    own as (from cells where geoid = whole_code(wanted) qualify row_number() over (order by year desc, sample) = 1),
    others as (
        select
            own.geography_type, own.geoid, own.variable, own.year, own.sample, own.value, own.standard_error,
            own.quality, other.value as other_value, other.quality as other_quality,
            significance(
                other.value - own.value,
                error_of_difference(own.standard_error, other.standard_error, 0),
                1.959963984540054
            ) as differs
        from own
        inner join cells as other using (geography_type, year, sample)
        where other.geoid <> own.geoid
    ),
    counted as (
        select
            geography_type, geoid, variable, year, sample, value, quality,
            count(*) as others,
            count(*) filter (where other_value > value) as above,
            count(*) filter (where other_value > value and differs) as surely_above,
            count(*) filter (where other_value < value and differs) as surely_below,
            count(*) filter (where differs is null) as unknown,
            count(*) filter (where other_quality = 3) as weak_others
        from others
        group by geography_type, geoid, variable, year, sample, value, quality
    )
    select
        geography_type, geoid, variable, year, sample, value, quality,
        1 + others as communities,
        1 + above as rank,
        if(unknown > 0, null, 1 + surely_above) as rank_first,
        if(unknown > 0, null, 1 + others - surely_below) as rank_last,
        weak_others + (quality = 3)::integer as weak_values,
        'Samples of different communities are taken as independent; neighbours that share a survey area are not.'
            as assumption
    from counted;

create macro known_peers(given) as if(
    given in ('state', 'neighbours', 'size', 'programme'), given,
    error(concat('no such peers: ', given, '; there are state, neighbours, size, programme')));

-- how: 'state', 'neighbours' (a common border), 'size' (the ten nearest in residents), 'programme'.
create macro peers(wanted, how) as table
    with asked as (select known_code(wanted) as geoid, known_peers(how) as kind),
    own as (select geographies.*, asked.kind from asked inner join geographies using (geoid)),
    people as (
        select frame.geography_type, frame.geoid, frame.name, frame.state_name, frame.state, frame.population
        from geography_years as frame
        inner join own on frame.geography_type = own.geography_type and frame.year = own.valid_to
    ),
    size as (
        select other.geoid
        from own
        inner join people as mine using (geoid)
        inner join people as other on other.geoid <> mine.geoid
        where other.population > 0 and mine.population > 0
        order by abs(ln(other.population / mine.population)), other.geoid
        limit 10
    ),
    chosen as (
        select people.geoid from own inner join people using (state)
        where own.kind = 'state' and people.geoid <> own.geoid
        union
        select neighbour.neighbour_geoid from own inner join geography_neighbours as neighbour using (geoid)
        where own.kind = 'neighbours' and own.valid_to between neighbour.valid_from and neighbour.valid_to
        union
        select size.geoid from size, own where own.kind = 'size'
        union
        select other.geoid from own
        inner join communities as mine using (geoid)
        inner join communities as other using (programme)
        where own.kind = 'programme' and other.geoid <> own.geoid and other.geography_type = mine.geography_type
    )
    select people.geography_type, geoid, people.name, people.state_name, people.population
    from chosen inner join people using (geoid)
    order by geoid;
