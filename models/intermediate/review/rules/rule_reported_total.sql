with

forms as (

    select * from {{ ref('int_form_score') }}

)

{{- rule_results(
    'forms',
    subject='project_id',
    line='total_line',
    project='project_id',
    reported='reported_total',
    expected='recomputed_total',
    applies='scored_lines > 0 or weighted_lines > 0 or reported_total is not null',
    reason="case when unread_scores > 0 then 'cells_unread' when blank_score_lines > 0 or reported_total is null then 'score_blank' end",
    holds='abs(reported_number - expected_number) <= rule_tolerance * greatest(rounded_scores, 1) + total_rounding',
    against='first_line',
    against_last='last_line',
    reconciliation=form_figure("'form_total_score'", "'total'", 'total_source_line')
) }}
