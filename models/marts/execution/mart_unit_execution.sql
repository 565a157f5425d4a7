with

funds as (

    select *
    from {{ ref('fct_project_fund') }}
    where fund_source = 'total'

),

projects as (

    select * from {{ ref('int_project') }}

),

summed as (

    select
        projects.implementing_unit_id as unit_id,
        projects.implementing_unit_name as unit_name,
        projects.organization_id,
        projects.fiscal_year,
        projects.currency,
        count(*) as projects,
        sum(funds.initial_budget_yuan) as initial_budget_yuan,
        sum(funds.annual_budget_yuan) as annual_budget_yuan,
        sum(funds.executed_yuan) as executed_yuan,
        -- A blank amount is not zero: the rate is that of the projects that print both.
        sum(case when funds.executed_yuan is not null then funds.annual_budget_yuan end) as rated_budget_yuan,
        sum(case when funds.annual_budget_yuan is not null then funds.executed_yuan end) as rated_executed_yuan
    from projects
    left join funds
        on projects.project_id = funds.project_id
    -- A department's own form repeats the amounts of its projects.
    where projects.form_kind <> 'department_self_evaluation' and not projects.is_repeated
    group by
        projects.implementing_unit_id,
        projects.implementing_unit_name,
        projects.organization_id,
        projects.fiscal_year,
        projects.currency

)

select
    -- Ids of rows in yuan are those of releases without a currency.
    case
        when currency = 'CNY' then {{ key_of(['unit_id', 'organization_id', 'fiscal_year']) }}
        else {{ key_of(['unit_id', 'organization_id', 'fiscal_year', 'currency']) }}
    end as unit_execution_id,
    organization_id,
    unit_id,
    unit_name,
    cast(fiscal_year as integer) as fiscal_year,
    cast(projects as integer) as projects,
    currency,
    cast(initial_budget_yuan as {{ yuan_type() }}) as initial_budget_yuan,
    cast(annual_budget_yuan as {{ yuan_type() }}) as annual_budget_yuan,
    cast(executed_yuan as {{ yuan_type() }}) as executed_yuan,
    cast(rated_budget_yuan as {{ yuan_type() }}) as rated_budget_yuan,
    cast(rated_executed_yuan as {{ yuan_type() }}) as rated_executed_yuan,
    {{ ratio('rated_executed_yuan', 'rated_budget_yuan') }} as execution_rate,
    {{ ratio('executed_yuan', 'sum(executed_yuan) over (partition by organization_id, fiscal_year, currency)') }}
        as share_rate
from summed
