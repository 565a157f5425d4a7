with

forms as (

    select * from {{ ref('int_form_score') }}

),

blanks as (

    {{ blank_cells('weight', 'full_points', 'true') }}

),

counted as (

    select
        forms.*,
        coalesce(blanks.blank_cells, 0) as blank_cells,
        coalesce(blanks.first_blank, forms.total_line) as shown_line
    from forms
    left join blanks
        on forms.project_id = blanks.project_id

)

{{- rule_results(
    'counted',
    subject='project_id',
    line='shown_line',
    project='project_id',
    reported='blank_cells',
    expected='0',
    operand_a='score_lines',
    applies='weighted_lines > 0',
    holds='blank_cells = 0'
) }}
