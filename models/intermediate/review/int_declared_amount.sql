-- Only where the final account differs from both budgets: else equal amounts are what one expects.
with

declared as (

    select
        targets.document_id,
        targets.source_line,
        cast(null as string) as project_id,
        concat_ws('', '绩效目标申报表', targets.level2) as item,
        targets.level2 as declared_part,
        {{ yuan('targets.target_amount', 'documents.yuan_factor') }} as declared_yuan
    from {{ ref('stg_department_target') }} as targets
    inner join {{ ref('stg_document') }} as documents
        on targets.document_id = documents.document_id
    where targets.source_part = 'fund' and targets.level2 = '资金总额' and targets.target_amount is not null

    {% for kind, label in [('initial_budget', '年初预算数'), ('annual_budget', '全年预算数')] %}
        union all

        select
            forms.document_id,
            funds.source_line,
            forms.project_id,
            '部门整体自评表{{ label }}' as item,
            '{{ kind }}' as declared_part,
            funds.{{ kind }}_yuan as declared_yuan
        from {{ ref('int_project') }} as forms
        inner join {{ ref('stg_self_evaluation_fund') }} as funds
            on forms.project_id = funds.project_id
        where
            forms.form_kind = 'department_self_evaluation'
            and funds.fund_source = 'total'
            and funds.{{ kind }}_yuan is not null
    {% endfor %}

),

measures as (

    select * from {{ ref('int_department_measure') }}

),

documents as (

    select
        document_id,
        amount_unit,
        yuan_factor
    from {{ ref('stg_document') }}

),

compared as (

    select
        declared.*,
        documents.amount_unit,
        {{ yuan_in_unit('declared.declared_yuan', 'documents.yuan_factor') }} as declared_amount,
        {{ yuan_in_unit('measures.initial_budget_yuan', 'documents.yuan_factor') }} as initial_amount,
        {{ yuan_in_unit('measures.annual_budget_yuan', 'documents.yuan_factor') }} as annual_amount,
        {{ yuan_in_unit('measures.final_account_yuan', 'documents.yuan_factor') }} as final_amount,
        -- What the accounts say that was approved.
        case
            when declared.declared_part = 'annual_budget' then measures.annual_budget_yuan
            else measures.initial_budget_yuan
        end as approved_yuan
    from declared
    inner join documents
        on declared.document_id = documents.document_id
    left join measures
        on declared.document_id = measures.document_id

)

select *
from compared
