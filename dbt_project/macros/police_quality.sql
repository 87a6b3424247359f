{#
  How well the agencies of an area report, for the flag of crime and arrests: over rows of agencies with is_reporting and
  is_core. 1 all report; 2 at least 80 %, or every core-city agency where all are known; 3 some; missing where none does.
  Agencies count alike, whatever they serve.
#}
{% macro police_quality() -%}
case
        when bool_and(is_reporting) then 1
        when count(*) filter (where is_reporting) >= 0.8 * count(*) then 2
        when
            count(*) = count(is_core) and bool_or(is_core) and bool_and(is_reporting) filter (where is_core)
            then 2
        when bool_or(is_reporting) then 3
    end
{%- endmacro %}
