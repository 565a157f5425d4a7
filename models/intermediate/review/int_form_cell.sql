-- The printed cells of the forms that should hold a number, and whether they do.
with

forms as (

    select * from {{ ref('stg_self_evaluation') }}

),

funds as (

    select * from {{ ref('stg_self_evaluation_fund') }}

),

indicators as (

    select * from {{ ref('stg_self_evaluation_indicator') }}

),

comparisons as (

    select * from {{ ref('int_indicator_comparison') }}

),

cells as (

    {% for cell in ['form_year', 'total_weight', 'total_score'] %}
        select
            document_id,
            project_id,
            cast(null as string) as indicator_id,
            cast(null as string) as item_label,
            {{ 'source_line' if cell == 'form_year' else 'coalesce(total_source_line, source_line)' }} as source_line,
            '{{ cell }}' as cell_code,
            {{ cell }}_text as printed_text,
            {{ cell }} is not null as is_number
        from forms

        union all
    {% endfor %}
    {% for cell in ['initial_budget', 'annual_budget', 'executed', 'weight', 'execution_rate', 'score'] %}
        select
            document_id,
            project_id,
            cast(null as string) as indicator_id,
            fund_source_text as item_label,
            source_line,
            '{{ cell }}' as cell_code,
            {{ cell }}_text as printed_text,
            {{ 'execution_percent' if cell == 'execution_rate' else cell }} is not null as is_number
        from funds

        union all
    {% endfor %}
    {% for cell in ['weight', 'score'] %}
        select
            document_id,
            project_id,
            indicator_id,
            {{ item_label('level2', 'level3') }} as item_label,
            source_line,
            '{{ cell }}' as cell_code,
            {{ cell }}_text as printed_text,
            {{ cell }} is not null as is_number
        from indicators

        union all
    {% endfor %}
    -- Targets and actuals may be words; where they are figures, they must be legible.
    {% for cell, kind in [('target', 'value_kind'), ('actual', 'actual_kind')] %}
        select
            indicators.document_id,
            indicators.project_id,
            indicators.indicator_id,
            {{ item_label('indicators.level2', 'indicators.level3') }} as item_label,
            indicators.source_line,
            '{{ cell }}' as cell_code,
            indicators.{{ cell }}_text as printed_text,
            comparisons.{{ kind }} <> 'unrecognised' as is_number
        from indicators
        inner join comparisons
            on indicators.indicator_id = comparisons.indicator_id
        where
            comparisons.{{ kind }} in ('quantity', 'percent', 'money', 'unit_price', 'month', 'unrecognised')
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select
    concat_ws('|', project_id, cast(source_line as string), cell_code) as cell_id,
    document_id,
    project_id,
    indicator_id,
    item_label,
    source_line,
    cell_code,
    printed_text,
    is_number
from cells
where
    printed_text is not null
    -- A dash says that nothing is asked for.
    and not {{ is_dash('printed_text') }}
