with

funds as (

    select *
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

),

ratios as (

    select *
    from {{ ref('int_department_ratio') }}
    where ratio_code = 'budget_adjustment_rate'

),

parameters as (

    {{ parameters(['back_filled_share', 'adjustment_rate', 'statistics_forms']) }}

),

document_profiles as (

    select *
    from {{ ref('int_evaluation_profile') }}
    where evaluation_type = 'self_evaluation'

),

counted as (

    select
        document_id,
        min(source_line) as source_line,
        count(*) as forms,
        sum(case when initial_budget = annual_budget and annual_budget = executed then 1 else 0 end) as equal_forms
    from funds
    group by document_id

),

judged_documents as (

    select
        counted.document_id,
        counted.source_line,
        counted.forms,
        counted.equal_forms,
        {{ ratio('counted.equal_forms', 'counted.forms') }} as equal_share,
        ratios.ratio as department_adjustment,
        parameters.back_filled_share,
        parameters.adjustment_rate,
        parameters.statistics_forms
    from counted
    left join ratios
        on counted.document_id = ratios.document_id
    left join document_profiles
        on counted.document_id = document_profiles.document_id
    left join parameters
        on document_profiles.profile_id = parameters.profile_id

)

{{- rule_results(
    'judged_documents',
    subject='document_id',
    line='source_line',
    reported='equal_share * 100',
    expected='back_filled_share * 100',
    operand_a='equal_forms',
    operand_b='forms',
    operand_c=plain(shown_percent('department_adjustment * 100')),
    applies='coalesce(abs(department_adjustment) >= adjustment_rate, true)',
    reason="case when department_adjustment is null then 'account_blank' when forms < statistics_forms then 'too_few_forms' when back_filled_share is null then 'profile_missing' end",
    holds='equal_share < back_filled_share'
) }}
