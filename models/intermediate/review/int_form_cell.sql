-- The printed cells of the forms that should hold a number, and whether they do: sixty of a form, used only for
-- counting.
{{ config(materialized='view') }}
with

forms as (

    select * from {{ ref('stg_self_evaluation') }}

),

funds as (

    select * from {{ ref('stg_self_evaluation_fund') }}

),

indicators as (

    select * from {{ ref('int_indicator_comparison') }}

),

-- Words in a column of numbers, which the reader leaves out of the rows.
unread_cells as (

    select
        *,
        {{ project_id() }} as project_id
    from {{ ref('stg_unread_cell') }}
    where reason_code = 'not_a_number' and form_no is not null

),

headings as (

    select distinct
        form_cells.cell_code,
        replace({{ half_width('synonyms.synonym') }}, '*', '%') as pattern
    from {{ ref('header_synonym') }} as synonyms
    inner join {{ ref('form_cell') }} as form_cells
        on synonyms.label = form_cells.label_zh
    where synonyms.part in ('fund_column', 'indicator_column')

),

-- A heading can match several patterns: the longest one is the most exact.
unread_words as (

    select
        unread_cells.*,
        headings.cell_code,
        row_number() over (
            partition by
                unread_cells.document_id, unread_cells.source_line, unread_cells.row_label, unread_cells.column_label,
                unread_cells.cell_text
            order by length(headings.pattern) desc, headings.cell_code asc
        ) as place
    from unread_cells
    inner join headings
        on {{ half_width('unread_cells.column_label') }} like headings.pattern

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
    -- Targets and actuals may be words; if they are figures, they must be legible.
    {% for cell, kind in [('target', 'value_kind'), ('actual', 'actual_kind')] %}
        select
            document_id,
            project_id,
            indicator_id,
            {{ item_label('level2', 'level3') }} as item_label,
            source_line,
            '{{ cell }}' as cell_code,
            {{ cell }}_text as printed_text,
            {{ kind }} <> 'unrecognised' as is_number
        from indicators
        where {{ kind }} in ('quantity', 'percent', 'money', 'unit_price', 'month', 'unrecognised')

        union all
    {% endfor %}
    select
        unread_words.document_id,
        unread_words.project_id,
        cast(null as string) as indicator_id,
        unread_words.row_label as item_label,
        unread_words.source_line,
        unread_words.cell_code,
        unread_words.cell_text as printed_text,
        false as is_number
    from unread_words
    inner join forms
        on unread_words.project_id = forms.project_id
    where unread_words.place = 1

)

select
    concat_ws(
        '|', project_id, cast(source_line as string), cell_code,
        -- Two rows of a form can be on one line.
        nullif(
            cast(row_number() over (
                partition by project_id, source_line, cell_code
                order by indicator_id asc nulls last, item_label asc nulls last, printed_text asc
            ) as string), '1'
        )
    ) as cell_id,
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
    -- A dash is an intentional blank. A cell that is a number is not examined further.
    and case when is_number then true else not {{ is_dash('printed_text') }} end
