with

forms as (

    select * from {{ ref('int_form_score') }}

)

{{- rule_results(
    'forms',
    subject='project_id',
    line='total_line',
    project='project_id',
    reported='reported_weights_total',
    expected='weights_total',
    applies='reported_weights_total is not null and weighted_lines > 0',
    reason="case when unread_weights > 0 then 'cells_unread' when blank_weight_lines > 0 then 'weight_blank' end",
    against='first_line',
    against_last='last_line',
    reconciliation=form_figure("'form_total_weight'", "'total'", 'total_source_line')
) }}
