{#
  Years of a table that hold the same numbers: one file under two years, where no file says of which it is. Fails for a
  pair of years in a group (`by`, an expression) of which more than nine tenths of twenty rows or more are equal.
#}
{% test years_differ(model, key, numbers, by) %}
select
    earlier.year as year,
    later.year as other_year,
    {{ by }} as part,
    count(*) as rows_of_both
from {{ model }} as earlier
inner join {{ model }} as later
    on
        earlier.year < later.year
        and earlier.{{ key }} = later.{{ key }}
group by all
having
    count(*) >= 20
    and count(*) filter (
        where {% for number in numbers %}earlier.{{ number }} is not distinct from later.{{ number }}{{ ' and ' if not loop.last }}{% endfor %}
    ) > 0.9 * count(*)
{% endtest %}
