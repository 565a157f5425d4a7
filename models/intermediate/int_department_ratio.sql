with

measures as (

    select * from {{ ref('int_department_measure') }}

),

with_change as (

    -- A document that neither tables the three public expenses nor prints their change has nothing to check.
    select document_id
    from {{ ref('int_account_item') }}
    where classification = 'three_public'

    union

    select document_id
    from {{ ref('stg_reported_figure') }}
    where figure_code = 'three_public_change_rate'

),

three_public as (

    select
        document_id,
        sum(initial_budget_yuan) as initial_budget_yuan,
        sum(annual_budget_yuan) as annual_budget_yuan,
        sum(final_account_yuan) as final_account_yuan
    from {{ ref('int_account_item') }}
    where classification = 'three_public' and item_code = 'three_public_total'
    group by document_id
    -- A total printed by several tables is ambiguous.
    having count(*) = 1

),

operands as (

    select
        document_id,
        'budget_execution_rate' as ratio_code,
        'annual_budget' as basis,
        final_account_yuan as numerator_yuan,
        annual_budget_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'budget_execution_rate' as ratio_code,
        'initial_budget' as basis,
        final_account_yuan as numerator_yuan,
        initial_budget_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'basic_execution_rate' as ratio_code,
        'annual_budget' as basis,
        basic_spending_yuan as numerator_yuan,
        basic_budget_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'project_execution_rate' as ratio_code,
        'annual_budget' as basis,
        project_spending_yuan as numerator_yuan,
        project_budget_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'budget_adjustment_rate' as ratio_code,
        'initial_budget' as basis,
        annual_budget_yuan - initial_budget_yuan as numerator_yuan,
        initial_budget_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'carryover_rate' as ratio_code,
        'annual_budget' as basis,
        carryover_yuan as numerator_yuan,
        annual_budget_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'final_account_variance_rate' as ratio_code,
        'annual_budget' as basis,
        final_account_yuan - annual_budget_yuan as numerator_yuan,
        annual_budget_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'public_expense_control_rate' as ratio_code,
        'annual_budget' as basis,
        public_expense_final_yuan as numerator_yuan,
        public_expense_annual_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'public_expense_control_rate' as ratio_code,
        'initial_budget' as basis,
        public_expense_final_yuan as numerator_yuan,
        public_expense_initial_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'self_evaluation_coverage_rate' as ratio_code,
        'project_final_account' as basis,
        forms_executed_yuan as numerator_yuan,
        project_spending_yuan as denominator_yuan
    from measures

    union all

    select
        document_id,
        'three_public_control_rate' as ratio_code,
        'annual_budget' as basis,
        final_account_yuan as numerator_yuan,
        annual_budget_yuan as denominator_yuan
    from three_public
    where annual_budget_yuan is not null or initial_budget_yuan is null

    union all

    select
        document_id,
        'three_public_control_rate' as ratio_code,
        'initial_budget' as basis,
        final_account_yuan as numerator_yuan,
        initial_budget_yuan as denominator_yuan
    from three_public
    where initial_budget_yuan is not null

    union all

    -- No table of the disclosure has the three public expenses of two years.
    select
        document_id,
        'three_public_change_rate' as ratio_code,
        'last_year' as basis,
        cast(null as {{ yuan_type() }}) as numerator_yuan,
        cast(null as {{ yuan_type() }}) as denominator_yuan
    from with_change

)

select
    document_id,
    ratio_code,
    basis,
    cast(numerator_yuan as {{ yuan_type() }}) as numerator_yuan,
    cast(denominator_yuan as {{ yuan_type() }}) as denominator_yuan,
    {{ ratio('numerator_yuan', 'denominator_yuan') }} as ratio
from operands
