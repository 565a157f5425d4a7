{#-
    A quotient rounded to six places, decimal(20, 6): null if the denominator is null or zero. The only division of
    the project. A quotient that doesn't fit the type is null and doesn't fail the build.
-#}
{% macro quotient(numerator, denominator, type='decimal(20, 6)') -%}
    try_cast({{ rounded(
        'cast(' ~ numerator ~ ' as double) / nullif(cast(' ~ denominator ~ ' as double), 0)', 6
    ) }} as {{ type }})
{%- endmacro %}

{#- A ratio as a fraction, decimal(12, 6). -#}
{% macro ratio(numerator, denominator) -%}
    {{ quotient(numerator, denominator, 'decimal(12, 6)') }}
{%- endmacro %}

{#- An amount in the document's unit as yuan, decimal(18, 2); `factor` is the yuan of one unit. -#}
{% macro yuan(amount, factor) -%}
    cast(round({{ amount }} * {{ factor }}, 2) as decimal(18, 2))
{%- endmacro %}

{#- A value limited by two bounds; null bounds don't limit it. -#}
{% macro held_between(value, low, high) -%}
    least(greatest({{ value }}, coalesce({{ low }}, {{ value }})), coalesce({{ high }}, {{ value }}))
{%- endmacro %}

{#-
    A figure of any unit as decimal(20, 6). Branches of a union need the same type: a union of a wide sum and a narrow
    one silently drops decimals.
-#}
{% macro figure(expression) -%}
    cast({{ expression }} as decimal(20, 6))
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
    An amount with a unit of its own in another unit, decimal(20, 8); without its own unit, it is already in the
    other.
-#}
{% macro in_unit(amount, own_factor, factor) -%}
    case
        when {{ own_factor }} is null or {{ own_factor }} = {{ factor }} then {{ amount }}
        else {{ quotient('cast(' ~ amount ~ ' as double) * ' ~ own_factor, factor, 'decimal(20, 8)') }}
    end
{%- endmacro %}
