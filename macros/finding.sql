{#- A text with its placeholders filled in. -#}
{% macro filled(template, fields) -%}
    {%- for _ in fields -%}replace({%- endfor -%}
    {{ template }}
    {%- for name, value in fields.items() -%}
    , '{{ '{' ~ name ~ '}' }}', coalesce({{ value }}, '')){%- endfor -%}
{%- endmacro %}

{#- A figure as displayed in a finding: a percentage with two decimals. -#}
{% macro shown(value, unit) -%}
    case when {{ unit }} = '%' then {{ shown_percent(value) }} else {{ figure(value) }} end
{%- endmacro %}

{% macro shown_percent(percent) -%}
    {{ figure('round(' ~ percent ~ ', 2)') }}
{%- endmacro %}

{#- The operands of a finding, each after its label, separated by full-width semicolons. -#}
{% macro labelled_operands(labels, operands) -%}
    nullif(concat_ws('；'
    {%- for operand in operands -%}
        , case when {{ operand }} is not null then concat(split_part({{ labels }}, '；', {{ loop.index }}), ' ', {{ operand }}) end
    {%- endfor -%}
    ), '')
{%- endmacro %}

{#- A template without its part in ⟦⟧ if a value is null, else without the brackets. -#}
{% macro with_optional_part(template, value) -%}
    case
        when {{ value }} is null then {{ replace_all(template, '⟦[^⟧]*⟧', '') }}
        else translate({{ template }}, '⟦⟧', '')
    end
{%- endmacro %}

{#- The sentence of a finding in a language; the part in ⟦⟧ needs an expected value. -#}
{% macro finding_message(language) -%}
    {{ filled(with_optional_part('template_' ~ language, 'expected'), {
        'place': 'place_' ~ language,
        'item': 'item',
        'basis': 'basis_' ~ language,
        'line': 'cast(source_line as string)',
        'reported': 'reported',
        'expected': 'expected',
        'difference': plain('distance'),
        'unit': 'unit',
        'a': 'operand_a',
        'b': 'operand_b',
        'c': 'operand_c',
    }) }}
{%- endmacro %}

{#- The competing explanation of a finding in a language, or null. -#}
{% macro finding_hypothesis(language) -%}
    {{ filled('hypothesis_template_' ~ language, {
        'line': 'cast(hypothesis_line as string)',
        'cell': 'cell_' ~ language,
        'value': 'hypothesis_value',
        'would_be': 'hypothesis_would_be',
        'form': 'cast(other_form_no as string)',
    }) }}
{%- endmacro %}

{#- Whether one number is ten, a hundred … times the other. -#}
{% macro is_power_of_ten(one, other) -%}
    (
        {{ one }} * {{ other }} > 0
        and {{ one }} <> {{ other }}
        and abs(
            log10(cast({{ one }} as double) / nullif(cast({{ other }} as double), 0))
            - round(log10(cast({{ one }} as double) / nullif(cast({{ other }} as double), 0)))
        ) < 0.0000001
    )
{%- endmacro %}

{#- The numbers of a group in order, separated by the Chinese enumeration comma. -#}
{% macro joined_numbers(number) -%}
    {#- Texts of equal length sort like numbers. -#}
    substr(
        {{ replace_all("concat('、', " ~ joined_text("lpad(cast(" ~ number ~ " as string), 9, '0')") ~ ")", '、0+', '、') }}, 2
    )
{%- endmacro %}

{#- Whether two texts contain the same digits in another order. -#}
{% macro same_digits(one, other) -%}
    (
        {{ one }} <> {{ other }}
        and length({{ one }}) = length({{ other }})
        {%- for digit in range(10) %}
        and length(replace({{ one }}, '{{ digit }}', '')) = length(replace({{ other }}, '{{ digit }}', ''))
        {%- endfor %}
    )
{%- endmacro %}
