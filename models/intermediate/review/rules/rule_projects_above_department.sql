with

measures as (

    select * from {{ ref('int_department_measure') }}

),

documents as (

    select
        document_id,
        source_line as document_line,
        amount_unit,
        yuan_factor
    from {{ ref('stg_document') }}

),

kinds as (

    select * from {{ ref('amount_kind') }}

),

amounts as (

    {% for kind, forms_column, department_column in [
        ('initial_budget', 'forms_initial_budget_yuan', 'project_initial_budget_yuan'),
        ('annual_budget', 'forms_annual_budget_yuan', 'project_budget_yuan'),
        ('executed', 'forms_executed_yuan', 'project_spending_yuan'),
    ] %}
        select
            document_id,
            spending_line,
            project_line,
            forms,
            '{{ kind }}' as amount_kind,
            {{ forms_column }} as forms_yuan,
            {{ department_column }} as department_yuan,
            forms_without_{{ kind }} as blank_forms
        from measures
        {% if not loop.last %}
            union all

        {% endif %}
    {% endfor %}

),

compared as (

    select
        amounts.document_id,
        amounts.amount_kind,
        amounts.forms,
        amounts.blank_forms,
        kinds.label_zh,
        documents.amount_unit,
        coalesce(amounts.project_line, amounts.spending_line, documents.document_line) as source_line,
        amounts.project_line,
        {{ yuan_in_unit('amounts.forms_yuan', 'documents.yuan_factor') }} as forms_amount,
        {{ yuan_in_unit('amounts.department_yuan', 'documents.yuan_factor') }} as department_amount
    from amounts
    inner join documents
        on amounts.document_id = documents.document_id
    inner join kinds
        on amounts.amount_kind = kinds.amount_kind

)

{{- rule_results(
    'compared',
    subject="concat_ws('|', document_id, amount_kind)",
    line='source_line',
    item='label_zh',
    reported='forms_amount',
    expected='department_amount',
    unit='amount_unit',
    operand_a='forms',
    applies='forms > 0',
    reason="case when department_amount is null then 'account_blank' when blank_forms > 0 and forms_amount <= department_amount + rule_tolerance then 'operand_blank' end",
    holds='forms_amount <= department_amount + rule_tolerance',
    against='project_line'
) }}
