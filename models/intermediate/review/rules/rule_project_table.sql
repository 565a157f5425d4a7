with

figures as (

    select *
    from {{ ref('int_reconciliation') }}
    where basis = 'evaluated_project'

),

evaluated_forms as (

    select * from {{ ref('int_evaluated_form') }}

),

-- What is said of the evaluated project belongs to its form, too.
placed as (

    select
        figures.*,
        evaluated_forms.evaluated_form_id
    from figures
    left join evaluated_forms
        on figures.document_id = evaluated_forms.document_id

)

{{- rule_results(
    'placed',
    subject=printed_figure(),
    line='source_line',
    project='coalesce(project_id, evaluated_form_id)',
    item='label_zh',
    reported='reported_value',
    expected='recomputed_value',
    unit='unit',
    reason="case when recomputed_value is null then 'figure_not_recomputable' end",
    holds='abs(reported_value - recomputed_value) <= tolerance',
    against='against_line',
    against_last='against_last_line',
    reconciliation='reconciliation_id'
) }}
