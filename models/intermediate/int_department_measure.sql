-- The amounts of a department on which its ratios and printed figures are based, summed from the items of its final
-- accounts and from its forms; never taken from a printed total.
with

items as (

    select * from {{ ref('int_account_item') }}

),

evaluations as (

    -- A department's own form repeats the amounts of its projects.
    select project_id
    from {{ ref('stg_self_evaluation') }}
    where form_kind <> 'department_self_evaluation'

),

funds as (

    select *
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

),

by_nature as (

    select
        document_id,
        min(case when item_level = 1 then source_line end) as first_source_line,
        min(case when item_code = 'basic' then source_line end) as basic_line,
        min(case when item_code = 'project' then source_line end) as project_line,
        sum(case when item_level = 1 then initial_budget_yuan end) as initial_budget_yuan,
        sum(case when item_level = 1 then annual_budget_yuan end) as annual_budget_yuan,
        sum(case when item_level = 1 then final_account_yuan end) as final_account_yuan,
        sum(case when item_code = 'basic' then initial_budget_yuan end) as basic_initial_budget_yuan,
        sum(case when item_code = 'basic' then annual_budget_yuan end) as basic_budget_yuan,
        sum(case when item_code = 'basic' then final_account_yuan end) as basic_spending_yuan,
        sum(case when item_code = 'project' then initial_budget_yuan end) as project_initial_budget_yuan,
        sum(case when item_code = 'project' then annual_budget_yuan end) as project_budget_yuan,
        sum(case when item_code = 'project' then final_account_yuan end) as project_spending_yuan,
        sum(case when item_code = 'basic_public' then initial_budget_yuan end) as public_expense_initial_yuan,
        sum(case when item_code = 'basic_public' then annual_budget_yuan end) as public_expense_annual_yuan,
        sum(case when item_code = 'basic_public' then final_account_yuan end) as public_expense_final_yuan
    from items
    where classification = 'nature'
    group by document_id

),

by_class as (

    select
        document_id,
        table_title,
        min(source_line) as first_source_line,
        sum(initial_budget_yuan) as initial_budget_yuan,
        sum(annual_budget_yuan) as annual_budget_yuan,
        sum(final_account_yuan) as final_account_yuan,
        sum(case when spending_nature = 'basic' then initial_budget_yuan end) as basic_initial_budget_yuan,
        sum(case when spending_nature = 'basic' then annual_budget_yuan end) as basic_budget_yuan,
        sum(case when spending_nature = 'basic' then final_account_yuan end) as basic_spending_yuan,
        sum(case when spending_nature = 'project' then initial_budget_yuan end) as project_initial_budget_yuan,
        sum(case when spending_nature = 'project' then annual_budget_yuan end) as project_budget_yuan,
        sum(case when spending_nature = 'project' then final_account_yuan end) as project_spending_yuan,
        -- Of all tables by function code, the one with the most items covers the whole expenditure.
        row_number() over (
            partition by document_id
            order by sum(final_account_yuan) desc nulls last, table_title asc nulls last
        ) as table_rank
    from items
    where
        classification = 'nature_item' and item_level = 1
        and document_id not in (select by_nature.document_id from by_nature)
    group by
        document_id,
        table_title

),

spending as (

    select * from by_nature

    union all

    -- If no table sums up the natures of spending, the classes of 支出决算表 do.
    select
        document_id,
        first_source_line,
        cast(null as integer) as basic_line,
        cast(null as integer) as project_line,
        initial_budget_yuan,
        annual_budget_yuan,
        final_account_yuan,
        basic_initial_budget_yuan,
        basic_budget_yuan,
        basic_spending_yuan,
        project_initial_budget_yuan,
        project_budget_yuan,
        project_spending_yuan,
        cast(null as {{ yuan_type() }}) as public_expense_initial_yuan,
        cast(null as {{ yuan_type() }}) as public_expense_annual_yuan,
        cast(null as {{ yuan_type() }}) as public_expense_final_yuan
    from by_class
    where table_rank = 1

),

totals as (

    select
        document_id,
        min(source_line) as source_line
    from items
    where item_code = 'expenditure_total'
    group by document_id

),

forms as (

    select
        funds.document_id,
        count(*) as forms,
        sum(funds.initial_budget_yuan) as forms_initial_budget_yuan,
        sum(funds.annual_budget_yuan) as forms_annual_budget_yuan,
        sum(funds.executed_yuan) as forms_executed_yuan,
        count(*) - count(funds.initial_budget_yuan) as forms_without_initial_budget,
        count(*) - count(funds.annual_budget_yuan) as forms_without_annual_budget,
        count(*) - count(funds.executed_yuan) as forms_without_executed
    from funds
    inner join evaluations
        on funds.project_id = evaluations.project_id
    group by funds.document_id

)

select
    spending.document_id,
    -- The displayed place of the amounts is the printed total, although it is not what is summed.
    coalesce(totals.source_line, spending.first_source_line) as source_line,
    spending.first_source_line as spending_line,
    spending.basic_line,
    spending.project_line,
    cast(spending.initial_budget_yuan as {{ yuan_type() }}) as initial_budget_yuan,
    cast(spending.annual_budget_yuan as {{ yuan_type() }}) as annual_budget_yuan,
    cast(spending.final_account_yuan as {{ yuan_type() }}) as final_account_yuan,
    cast(spending.annual_budget_yuan - spending.final_account_yuan as {{ yuan_type() }}) as carryover_yuan,
    cast(spending.basic_initial_budget_yuan as {{ yuan_type() }}) as basic_initial_budget_yuan,
    cast(spending.basic_budget_yuan as {{ yuan_type() }}) as basic_budget_yuan,
    cast(spending.basic_spending_yuan as {{ yuan_type() }}) as basic_spending_yuan,
    cast(spending.project_initial_budget_yuan as {{ yuan_type() }}) as project_initial_budget_yuan,
    cast(spending.project_budget_yuan as {{ yuan_type() }}) as project_budget_yuan,
    cast(spending.project_spending_yuan as {{ yuan_type() }}) as project_spending_yuan,
    cast(spending.public_expense_initial_yuan as {{ yuan_type() }}) as public_expense_initial_yuan,
    cast(spending.public_expense_annual_yuan as {{ yuan_type() }}) as public_expense_annual_yuan,
    cast(spending.public_expense_final_yuan as {{ yuan_type() }}) as public_expense_final_yuan,
    coalesce(forms.forms, 0) as forms,
    cast(forms.forms_initial_budget_yuan as {{ yuan_type() }}) as forms_initial_budget_yuan,
    cast(forms.forms_annual_budget_yuan as {{ yuan_type() }}) as forms_annual_budget_yuan,
    cast(forms.forms_executed_yuan as {{ yuan_type() }}) as forms_executed_yuan,
    forms.forms_without_initial_budget,
    forms.forms_without_annual_budget,
    forms.forms_without_executed
from spending
left join totals
    on spending.document_id = totals.document_id
left join forms
    on spending.document_id = forms.document_id
