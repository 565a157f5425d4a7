-- The values of the tables for the figures in the running text: amounts in yuan, rates in percent.
with

measures as (

    select * from {{ ref('int_department_measure') }}

),

ratios as (

    select * from {{ ref('int_department_ratio') }}

),

ratio_bases as (

    select *
    from {{ ref('ratio_basis') }}
    where is_reported_basis

),

catalogue as (

    select *
    from {{ ref('ratio') }}
    where figure_code is not null

),

evaluation_sums as (

    select * from {{ ref('int_evaluation_sum') }}

),

figures as (

    select * from {{ ref('stg_reported_figure') }}

),

periods as (

    select * from {{ ref('int_project_period') }}

),

funds as (

    select *
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

),

money as (

    select
        document_id,
        'annual_budget' as figure_code,
        {{ figure('annual_budget_yuan') }} as measure,
        source_line as against_line,
        source_line as against_last_line
    from measures

    union all

    select
        document_id,
        'adjusted_budget' as figure_code,
        {{ figure('annual_budget_yuan') }} as measure,
        source_line as against_line,
        source_line as against_last_line
    from measures

    union all

    select
        document_id,
        'budget_amount' as figure_code,
        {{ figure('annual_budget_yuan') }} as measure,
        source_line as against_line,
        source_line as against_last_line
    from measures

    union all

    select
        document_id,
        'basic_budget' as figure_code,
        {{ figure('basic_budget_yuan') }} as measure,
        basic_line as against_line,
        basic_line as against_last_line
    from measures

    union all

    select
        document_id,
        'project_budget' as figure_code,
        {{ figure('project_budget_yuan') }} as measure,
        project_line as against_line,
        project_line as against_last_line
    from measures

    union all

    select
        document_id,
        'total_spending' as figure_code,
        {{ figure('final_account_yuan') }} as measure,
        source_line as against_line,
        source_line as against_last_line
    from measures

    union all

    select
        document_id,
        'actual_spending' as figure_code,
        {{ figure('final_account_yuan') }} as measure,
        source_line as against_line,
        source_line as against_last_line
    from measures

    union all

    select
        document_id,
        'basic_spending' as figure_code,
        {{ figure('basic_spending_yuan') }} as measure,
        basic_line as against_line,
        basic_line as against_last_line
    from measures

    union all

    select
        document_id,
        'project_spending' as figure_code,
        {{ figure('project_spending_yuan') }} as measure,
        project_line as against_line,
        project_line as against_last_line
    from measures

    union all

    select
        document_id,
        'carryover' as figure_code,
        {{ figure('carryover_yuan') }} as measure,
        source_line as against_line,
        source_line as against_last_line
    from measures

),

rates as (

    select
        ratios.document_id,
        catalogue.figure_code,
        {{ figure('ratios.ratio * 100') }} as measure,
        cast(null as integer) as against_line,
        cast(null as integer) as against_last_line
    from ratios
    inner join ratio_bases
        on
            ratios.ratio_code = ratio_bases.ratio_code
            and ratios.basis = ratio_bases.basis
    inner join catalogue
        on ratios.ratio_code = catalogue.ratio_code

),

single_evaluations as (

    -- With several subjects of a kind, the subject of the printed score is unknown.
    select
        document_id,
        evaluation_type
    from evaluation_sums
    group by
        document_id,
        evaluation_type
    having count(distinct coalesce(subject_name, '')) = 1

),

single_sums as (

    select
        evaluation_sums.document_id,
        evaluation_sums.evaluation_type,
        evaluation_sums.part_code,
        evaluation_sums.first_line,
        evaluation_sums.last_line,
        evaluation_sums.leaf_weight,
        evaluation_sums.leaf_score,
        evaluation_sums.rounded_scores
    from evaluation_sums
    inner join single_evaluations
        on
            evaluation_sums.document_id = single_evaluations.document_id
            and evaluation_sums.evaluation_type = single_evaluations.evaluation_type

),

scores as (

    select
        document_id,
        concat_ws('_', evaluation_type, part_code, 'score') as figure_code,
        {{ figure('leaf_score') }} as measure,
        first_line as against_line,
        last_line as against_last_line,
        rounded_scores as addends
    from single_sums

    union all

    select
        document_id,
        concat_ws('_', evaluation_type, part_code, 'weight') as figure_code,
        {{ figure('leaf_weight') }} as measure,
        first_line as against_line,
        last_line as against_last_line,
        1 as addends
    from single_sums

),

assets as (

    select
        document_id,
        max(case when figure_code = 'total_assets' then value_yuan end) as total_assets,
        max(case when figure_code = 'total_liabilities' then value_yuan end) as total_liabilities,
        max(case when figure_code = 'net_assets' then value_yuan end) as net_assets,
        max(case when figure_code = 'total_assets_change_rate' then value end) as assets_change,
        max(case when figure_code = 'total_liabilities_change_rate' then value end) as liabilities_change,
        sum(case when figure_code like 'fixed_assets_%' then value_yuan end) as fixed_assets
    from figures
    group by document_id

),

assets_last_year as (

    select
        document_id,
        net_assets,
        {{ quotient('total_assets', '1 + assets_change / 100') }}
        - {{ quotient('total_liabilities', '1 + liabilities_change / 100') }} as net_assets_last_year
    from assets

),

asset_measures as (

    select
        document_id,
        'net_assets' as figure_code,
        {{ figure('total_assets - total_liabilities') }} as measure,
        cast(null as integer) as against_line,
        cast(null as integer) as against_last_line
    from assets

    union all

    select
        document_id,
        'fixed_assets' as figure_code,
        {{ figure('fixed_assets') }} as measure,
        cast(null as integer) as against_line,
        cast(null as integer) as against_last_line
    from assets

    union all

    select
        document_id,
        'net_assets_change_rate' as figure_code,
        {{ figure(ratio('net_assets - net_assets_last_year', 'net_assets_last_year') ~ ' * 100') }} as measure,
        cast(null as integer) as against_line,
        cast(null as integer) as against_last_line
    from assets_last_year

),

evaluated_projects as (

    select
        periods.document_id,
        max(funds.source_line) as fund_line,
        max(periods.source_line) as period_line,
        max(funds.initial_budget_yuan) as initial_budget_yuan,
        max(funds.annual_budget_yuan) as annual_budget_yuan,
        max(periods.approved_yuan) as approved_yuan,
        max(periods.executed_yuan) as executed_yuan
    from periods
    left join funds
        on periods.project_id = funds.project_id
    where periods.period = 'total'
    group by periods.document_id
    -- With several evaluated projects, the project of the printed figure is unknown.
    having count(distinct periods.project_name) = 1

),

evaluated_measures as (

    select
        document_id,
        'evaluated_project_initial_budget' as figure_code,
        {{ figure('initial_budget_yuan') }} as measure,
        fund_line as against_line,
        fund_line as against_last_line
    from evaluated_projects

    union all

    select
        document_id,
        'evaluated_project_annual_budget' as figure_code,
        {{ figure('approved_yuan') }} as measure,
        period_line as against_line,
        period_line as against_last_line
    from evaluated_projects

    union all

    select
        document_id,
        'evaluated_project_cost_target' as figure_code,
        {{ figure('annual_budget_yuan') }} as measure,
        fund_line as against_line,
        fund_line as against_last_line
    from evaluated_projects

    union all

    select
        document_id,
        'evaluated_project_spending' as figure_code,
        {{ figure('executed_yuan') }} as measure,
        period_line as against_line,
        period_line as against_last_line
    from evaluated_projects

),

combined as (

    select * from money
    union all
    select * from rates
    union all
    select * from asset_measures
    union all
    select * from evaluated_measures

),

with_addends as (

    select
        *,
        1 as addends
    from combined
    union all
    select * from scores

)

select
    document_id,
    figure_code,
    measure,
    against_line,
    against_last_line,
    addends
from with_addends
where measure is not null
