with

measures as (

    select * from {{ ref('int_department_measure') }}

),

filed as (

    select
        document_id,
        count(*) as forms
    from {{ ref('stg_self_evaluation') }}
    group by document_id

),

documents as (

    select
        document_id,
        source_line as document_line,
        amount_unit,
        yuan_factor
    from {{ ref('stg_document') }}

),

compared as (

    select
        measures.document_id,
        documents.amount_unit,
        coalesce(filed.forms, 0) as filed_forms,
        coalesce(measures.project_line, measures.spending_line, documents.document_line) as source_line,
        measures.project_line,
        coalesce({{ yuan_in_unit('measures.forms_executed_yuan', 'documents.yuan_factor') }}, 0) as forms_amount,
        {{ yuan_in_unit('measures.project_spending_yuan', 'documents.yuan_factor') }} as department_amount,
        {{ ratio('coalesce(measures.forms_executed_yuan, 0)', 'measures.project_spending_yuan') }} * 100
            as coverage_percent
    from measures
    inner join documents
        on measures.document_id = documents.document_id
    left join filed
        on measures.document_id = filed.document_id

)

{{- rule_results(
    'compared',
    subject='document_id',
    line='source_line',
    reported='forms_amount',
    expected='department_amount',
    unit='amount_unit',
    operand_a=plain(shown_percent('coverage_percent')),
    applies='filed_forms > 0',
    reason="case when department_amount is null then 'account_blank' end",
    holds='forms_amount >= department_amount - rule_tolerance',
    against='project_line'
) }}
