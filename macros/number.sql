{#-
    The types of numbers. The reader refuses an amount of 10^14 yuan (`MOST_YUAN`); all types have digits left for
    sums of sums, and the product with a unit's factor stays within the 38 digits of either engine.
-#}
{% macro printed_type() -%}
    decimal(24, 8)
{%- endmacro %}

{% macro yuan_type() -%}
    decimal(24, 2)
{%- endmacro %}

{% macro figure_type() -%}
    decimal(28, 6)
{%- endmacro %}

{#-
    A quotient rounded to six places as `figure_type`: null if the denominator is null or zero. A quotient that
    doesn't fit the type is null and doesn't fail the build.
-#}
{% macro quotient(numerator, denominator, type=figure_type()) -%}
    try_cast({{ rounded(
        'cast(' ~ numerator ~ ' as double) / nullif(cast(' ~ denominator ~ ' as double), 0)', 6
    ) }} as {{ type }})
{%- endmacro %}

{#- A ratio as a fraction, decimal(12, 6). -#}
{% macro ratio(numerator, denominator) -%}
    {{ quotient(numerator, denominator, 'decimal(12, 6)') }}
{%- endmacro %}

{#- An amount in the document's unit as yuan; `factor` is the yuan of one unit. -#}
{% macro yuan(amount, factor) -%}
    cast(round({{ amount }} * {{ factor }}, 2) as {{ yuan_type() }})
{%- endmacro %}

{#- Yuan in a unit, rounded to six places: exact, where a double loses the cents of a province. -#}
{% macro yuan_in_unit(yuan, factor) -%}
    cast(round({{ yuan }} * {{ share_of_unit(1, factor) }}, 6) as {{ figure_type() }})
{%- endmacro %}

{#- The quotient of the yuan of two units, a power of ten, exact. -#}
{% macro share_of_unit(own_factor, factor) -%}
    cast(cast({{ own_factor }} as double) / {{ factor }} as decimal(17, 8))
{%- endmacro %}

{#- A value limited by two bounds; null bounds don't limit it. -#}
{% macro held_between(value, low, high) -%}
    least(greatest({{ value }}, coalesce({{ low }}, {{ value }})), coalesce({{ high }}, {{ value }}))
{%- endmacro %}

{#-
    A figure of any unit as `figure_type`. Branches of a union need the same type: a union of a wide sum and a narrow
    one silently drops decimals.
-#}
{% macro figure(expression) -%}
    cast({{ expression }} as {{ figure_type() }})
{%- endmacro %}

{#- A ratio limited to zero and one; null stays null, which `least` would turn into one. -#}
{% macro share_of(numerator, denominator) -%}
    case
        when {{ ratio(numerator, denominator) }} is not null
            then greatest(least({{ ratio(numerator, denominator) }}, 1), 0)
    end
{%- endmacro %}

{#- A weight or a score as published, decimal(7, 2); one outside the bounds of a form is null, and a finding. -#}
{% macro points(value) -%}
    try_cast(round({{ value }}, 2) as decimal(7, 2))
{%- endmacro %}

{#-
    An amount with a unit of its own in another unit, as `printed_type`; without its own unit, it is already in the
    other.
-#}
{% macro in_unit(amount, own_factor, factor) -%}
    case
        when {{ own_factor }} is null or {{ own_factor }} = {{ factor }} then {{ amount }}
        else cast({{ amount }} * {{ share_of_unit(own_factor, factor) }} as {{ printed_type() }})
    end
{%- endmacro %}

{#- The power of ten by which an amount differs from another; null if one is not positive. -#}
{% macro tens_between(amount, other) -%}
    case
        when {{ amount }} > 0 and {{ other }} > 0
            then log10(cast({{ amount }} as double) / cast({{ other }} as double))
    end
{%- endmacro %}
