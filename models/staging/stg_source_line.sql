-- The printed cells of each raw row, in printed order. A long sentence is cut; one that is kept out of the warehouse is
-- an ellipsis.
{%- set rows = {
    'raw_document': ['title', 'organization_name'],
    'raw_final_account': ['item_code', 'item_name', 'fund_source', 'initial_budget', 'annual_budget', 'final_account'],
    'raw_budget_account': ['item_code', 'item_name', 'fund_source', 'budget', 'last_year_budget'],
    'raw_evaluation': ['subject_name', 'part_name', 'total_weight', 'total_score', 'grade'],
    'raw_evaluation_indicator': ['level1', 'level2', 'level3', 'level4', 'weight', 'score', 'deduction_reason'],
    'raw_department_target': ['level1', 'level2', 'target', 'completion'],
    'raw_project_execution': ['project_name', 'approved', 'arrived', 'executed', 'progress_rate'],
    'raw_project_spending': ['item_name', 'approved', 'arrived', 'spent'],
    'raw_self_evaluation': ['project_name', 'competent_unit', 'implementing_unit'],
    'raw_self_evaluation_fund': [
        'fund_source', 'initial_budget', 'annual_budget', 'executed', 'weight', 'execution_rate', 'score'
    ],
    'raw_self_evaluation_indicator': [
        'level1', 'level2', 'level3', 'target', 'actual', 'measure_unit', 'weight', 'score', 'deviation_reason',
        'direction'
    ],
    'raw_project_goal': ['expected', 'achieved'],
    'raw_reported_figure': ['label', 'value', 'unit'],
} %}
{%- set sentences = {
    'raw_department_target': ['target', 'completion'],
    'raw_project_goal': ['expected', 'achieved'],
} %}
{%- set of_forms = [
    'raw_self_evaluation', 'raw_self_evaluation_fund', 'raw_self_evaluation_indicator', 'raw_project_goal'
] %}
with

cells as (

    {% for table, names in rows.items() %}
        select
            document_id,
            source_line,
            {{ 'form_no' if table in of_forms else 'cast(null as string)' }} as form_no,
            {{ loop.index + 10 }} as row_order,
            {{ joined_cells(names, sentences.get(table, [])) }} as cells_text
        from {{ ref(table) }}
        union all
    {% endfor %}
    select
        document_id,
        total_source_line as source_line,
        form_no,
        90 as row_order,
        {{ joined_cells(['total_weight', 'total_score', 'grade']) }} as cells_text
    from {{ ref('raw_self_evaluation') }}
    where {{ printed('total_source_line') }} is not null

)

select
    document_id,
    cast(source_line as integer) as source_line,
    cast({{ printed('form_no') }} as integer) as form_no,
    row_order,
    cells_text
from cells
where cells_text <> ''
