-- The best of the form's quantities counts: if one of several is behind, the money may have gone to the others. A
-- reason for the missed quantity doesn't say where the money went; it is quoted.
with

quantities as (

    select *
    from {{ ref('int_reviewed_indicator') }}
    where
        class_code = 'quantity'
        and coalesce(value_kind, '') not in ('money', 'unit_price')
        -- A ceiling promises nothing.
        and coalesce(comparator, '>=') in ('>=', '>', '=')

),

funds as (

    select *
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

),

parameters as (

    {{ common_parameter('work_behind_share') }}

),

forms as (

    select
        project_id,
        min(not_checkable_reason) as problem
    from quantities
    group by project_id

),

best as (

    select
        *,
        row_number() over (
            partition by project_id
            order by completion_rate desc nulls last, source_line asc, indicator_id asc
        ) as place
    from quantities

),

compared as (

    select
        best.*,
        forms.problem,
        funds.executed,
        case when best.completion_rate > 1 then 100 else best.completion_rate * 100 end as work_percent,
        case
            when funds.executed > funds.base_budget then 100
            else {{ ratio('funds.executed', 'funds.base_budget') }} * 100
        end as money_percent,
        parameters.work_behind_share * 100 as most_behind
    from best
    cross join parameters
    inner join forms
        on best.project_id = forms.project_id
    left join funds
        on best.project_id = funds.project_id
    where best.place = 1

)

{{- rule_results(
    'compared',
    subject='project_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported=shown_percent('work_percent'),
    expected=shown_percent('money_percent'),
    operand_a='target_text',
    operand_b='actual_text',
    operand_c='deviation_reason',
    reason="coalesce(problem, case when work_percent is null or money_percent is null then 'operand_blank' end)",
    holds='money_percent - work_percent < most_behind'
) }}
