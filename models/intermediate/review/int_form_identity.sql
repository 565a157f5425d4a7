-- The identities of the forms that break one: each residual should be zero within its allowance. Forms that keep all
-- identities have no rows.
with

forms as (

    select * from {{ ref('int_form_score') }}

),

parameters as (

    {{ parameters(['total_weight']) }}

),

funds as (

    select * from {{ ref('int_reviewed_fund') }}

),

costs as (

    select * from {{ ref('int_cost_indicator') }}

),

tolerances as (

    select
        max(case when tolerance_code = 'score' then tolerance end) as score,
        max(case when tolerance_code = 'weight' then tolerance end) as weight,
        max(case when tolerance_code = 'execution_score' then tolerance end) as execution_score,
        max(case when tolerance_code = 'printed_rate' then tolerance end) as printed_rate,
        max(case when tolerance_code = 'last_place' then tolerance end) as last_place
    from {{ ref('tolerance') }}

),

identities as (

    -- Scores add up to the total.
    select
        forms.project_id,
        'total_score' as identity_code,
        {{ figure('coalesce(forms.scores_total, 0) - forms.reported_total') }} as residual,
        {{ figure('tolerances.score + forms.total_rounding') }} as allowance
    from forms
    cross join tolerances
    where forms.blank_score_lines = 0 and forms.unread_scores = 0 and forms.reported_total is not null

    union all

    -- Weights add up to the printed total weight.
    select
        forms.project_id,
        'total_weight' as identity_code,
        {{ figure('forms.weights_total - forms.reported_weights_total') }} as residual,
        {{ figure('tolerances.weight') }} as allowance
    from forms
    cross join tolerances
    where forms.blank_weight_lines = 0 and forms.unread_weights = 0 and forms.reported_weights_total is not null

    union all

    -- Weights add up to the full score.
    select
        forms.project_id,
        'full_weight' as identity_code,
        {{ figure('forms.weights_total - parameters.total_weight') }} as residual,
        {{ figure('tolerances.weight') }} as allowance
    from forms
    inner join parameters
        on forms.rule_profile_id = parameters.profile_id
    cross join tolerances
    where forms.blank_weight_lines = 0 and forms.unread_weights = 0

    -- Sources add up to the total funds.
    {% for kind in ['initial_budget', 'annual_budget', 'executed'] %}
        union all

        select
            funds.project_id,
            'fund_{{ kind }}' as identity_code,
            {{ figure(
                "sum(case when funds.fund_source = 'total' then -funds." ~ kind ~ " else funds." ~ kind ~ " end)"
            ) }} as residual,
            {{ figure(
                'max(case when funds.' ~ kind ~ ' <> 0 then funds.' ~ kind ~ '_place end * tolerances.last_place)'
            ) }} as allowance
        from funds
        cross join tolerances
        where funds.{{ kind }} is not null and funds.is_counted
        group by funds.project_id
        having count(case when funds.fund_source = 'total' then 1 end) = 1 and count(*) > 1
    {% endfor %}

    union all

    -- Executed is the printed rate times the annual budget.
    select
        funds.project_id,
        concat('rate|', funds.fund_row_id) as identity_code,
        {{ figure('100 * funds.executed') }} - {{ figure('funds.execution_percent * funds.annual_budget') }}
            as residual,
        {{ figure('tolerances.printed_rate * funds.percent_place * abs(funds.annual_budget)') }} as allowance
    from funds
    cross join tolerances
    where funds.execution_percent is not null and funds.executed is not null and funds.annual_budget <> 0

    union all

    -- The execution score is the weight times the executed share of the budget.
    select
        funds.project_id,
        'execution_score' as identity_code,
        {{ figure('funds.score * funds.annual_budget') }} - {{ figure('funds.weight * funds.executed') }} as residual,
        {{ figure('tolerances.execution_score * abs(funds.annual_budget)') }} as allowance
    from funds
    cross join tolerances
    where
        funds.fund_source = 'total' and funds.score is not null and funds.weight is not null
        and funds.annual_budget <> 0 and funds.executed <= funds.annual_budget

    -- The total cost is the total funds.
    {% for number, fund in [('target', 'annual_budget'), ('actual', 'executed')] %}
        union all

        select
            costs.project_id,
            'cost_{{ number }}' as identity_code,
            {{ figure('costs.' ~ number ~ '_amount - costs.' ~ fund) }} as residual,
            {{ figure('tolerances.last_place * costs.' ~ fund ~ '_place') }} as allowance
        from costs
        cross join tolerances
        where
            costs.{{ number }}_amounts = 1 and costs.{{ number }}_comparator is null
            and costs.{{ number }}_amount is not null and costs.{{ fund }} is not null
    {% endfor %}

),

judged as (

    select
        project_id,
        identity_code,
        residual,
        coalesce(allowance, 0) as allowance,
        max(case when abs(residual) > coalesce(allowance, 0) then 1 else 0 end) over (partition by project_id)
            as breaks_one
    from identities

)

select
    project_id,
    identity_code,
    residual,
    allowance
from judged
where breaks_one = 1
