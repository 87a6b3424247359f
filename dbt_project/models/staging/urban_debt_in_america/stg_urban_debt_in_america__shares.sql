-- The workbooks give three shares per area; here each is a row. A share is a number or a code that says why
-- there is none. Cities have a label (`Akron, OH`) and no code.
{%- set workbooks = [
    ('county_debt_in_collections', 'share_debt_coll', 'county', "CountyFIPS"),
    ('county_medical_debt_in_collections', 'share_medical_debt_coll', 'county', "CountyFIPS"),
    ('place_derogatory_debt', 'share_debt_coll', 'place', "city"),
] %}
{%- set shares = [
    ('share_all', 'All'),
    ('share_communities_of_color', 'Neighborhoods of color'),
    ('share_white_communities', 'White neighborhoods'),
] %}
with delivered as (
    {%- for table, variable, geography_type, area in workbooks %}
    {%- set last_table = loop.last %}
    {%- for column, subgroup in shares %}
    select
        '{{ variable }}' as variable,
        '{{ geography_type }}' as geography_type,
        {{ area }} as area,
        _vintage::integer as year,
        '{{ subgroup }}' as subgroup,
        trim({{ column }}) as delivered_share,
        'urban_debt_in_america/' || _vintage || '/{{ table }}' as source_file
    from {{ source('lake', 'urban_debt_in_america__' ~ table) }}
    {{ 'union all' if not (last_table and loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select
    variable,
    geography_type,
    area,
    year,
    subgroup,
    case when not {{ is_debt_code('delivered_share') }} then delivered_share::double end as share,
    case when {{ is_debt_code('delivered_share') }} then delivered_share end as code,
    source_file
from delivered
