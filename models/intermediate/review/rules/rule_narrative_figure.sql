with

figures as (

    select *
    from {{ ref('int_reconciliation') }}
    where basis = 'running_text'

)

{{- rule_results(
    'figures',
    subject=printed_figure(),
    line='source_line',
    project='project_id',
    item='label_zh',
    reported='reported_value',
    expected='recomputed_value',
    unit='unit',
    reason="case
        when recomputed_value is null and figure_code like '%budget_completion_rate' then 'budget_not_known'
        when recomputed_value is null then 'figure_not_recomputable'
    end",
    holds='abs(reported_value - recomputed_value) <= tolerance',
    against='against_line',
    against_last='against_last_line',
    reconciliation='reconciliation_id'
) }}
