-- The identities of a form as sums of terms: each should be zero, and is linear in each of its numbers.
-- A number changes the sum by its coefficient. Of a form that keeps them all nothing is asked, and nothing is here.
with

lines as (

    select *
    from {{ ref('int_score_line') }}
    where evaluation_type = 'self_evaluation'

),

forms as (

    select * from {{ ref('int_form_score') }}

),

parameters as (

    {{ parameters(['total_weight']) }}

),

funds as (

    select * from {{ ref('int_reviewed_fund') }}

),

totals as (

    select *
    from funds
    where fund_source = 'total'

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

terms as (

    -- Scores add up to the total.
    select
        project_id,
        'total_score' as identity_code,
        concat('score|', score_line_id) as number_id,
        {{ figure('1') }} as coefficient,
        {{ figure('reported_score') }} as amount
    from lines

    union all

    select
        project_id,
        'total_score' as identity_code,
        'total_score' as number_id,
        {{ figure('-1') }} as coefficient,
        {{ figure('-reported_total') }} as amount
    from forms

    union all

    -- Weights add up to the printed total weight.
    select
        project_id,
        'total_weight' as identity_code,
        concat('weight|', score_line_id) as number_id,
        {{ figure('1') }} as coefficient,
        {{ figure('weight') }} as amount
    from lines

    union all

    select
        project_id,
        'total_weight' as identity_code,
        'total_weight' as number_id,
        {{ figure('-1') }} as coefficient,
        {{ figure('-reported_weights_total') }} as amount
    from forms
    where reported_weights_total is not null

    union all

    -- Weights add up to the full score.
    select
        project_id,
        'full_weight' as identity_code,
        concat('weight|', score_line_id) as number_id,
        {{ figure('1') }} as coefficient,
        {{ figure('weight') }} as amount
    from lines

    union all

    select
        forms.project_id,
        'full_weight' as identity_code,
        'profile' as number_id,
        {{ figure('0') }} as coefficient,
        {{ figure('-parameters.total_weight') }} as amount
    from forms
    inner join parameters
        on forms.rule_profile_id = parameters.profile_id

    union all

    -- Sources add up to the total funds.
    {% for kind in ['initial_budget', 'annual_budget', 'executed'] %}
        select
            project_id,
            'fund_{{ kind }}' as identity_code,
            concat('{{ kind }}|', fund_row_id) as number_id,
            {{ figure("case when fund_source = 'total' then -1 else 1 end") }} as coefficient,
            {{ figure("case when fund_source = 'total' then -" ~ kind ~ " else " ~ kind ~ " end") }} as amount
        from funds
        where {{ kind }} is not null

        union all
    {% endfor %}

    -- Executed is the printed rate of the annual budget.
    {% for number, coefficient, amount in [
        ('executed', '100', '100 * executed'),
        ('execution_rate', '-annual_budget', '-execution_percent * annual_budget'),
        ('annual_budget', '-execution_percent', '0'),
    ] %}
        select
            project_id,
            concat('rate|', fund_row_id) as identity_code,
            concat('{{ number }}|', fund_row_id) as number_id,
            {{ figure(coefficient) }} as coefficient,
            {{ figure(amount) }} as amount
        from funds
        where execution_percent is not null and executed is not null and annual_budget <> 0

        union all
    {% endfor %}

    -- The execution score is the weight's share of the executed budget.
    {% for number, coefficient, amount in [
        ('score', 'annual_budget', 'score * annual_budget'),
        ('weight', '-executed', '-weight * executed'),
        ('annual_budget', 'score', '0'),
        ('executed', '-weight', '0'),
    ] %}
        select
            project_id,
            'execution_score' as identity_code,
            {% if number in ['score', 'weight'] %}
                concat('{{ number }}|', project_id, '-00') as number_id,
            {% else %}
                concat('{{ number }}|', fund_row_id) as number_id,
            {% endif %}
            {{ figure(coefficient) }} as coefficient,
            {{ figure(amount) }} as amount
        from totals
        where score is not null and weight is not null and annual_budget <> 0 and executed <= annual_budget

        union all
    {% endfor %}

    -- The total cost is the total funds.
    {% for number, fund, place in [
        ('target', 'annual_budget', 'target_amounts'), ('actual', 'executed', 'actual_amounts')
    ] %}
        select
            project_id,
            'cost_{{ number }}' as identity_code,
            concat('{{ number }}|', indicator_id) as number_id,
            {{ figure('1') }} as coefficient,
            {{ figure(number ~ '_amount') }} as amount
        from costs
        where {{ place }} = 1 and {{ number }}_comparator is null and {{ number }}_amount is not null

        union all

        select
            costs.project_id,
            'cost_{{ number }}' as identity_code,
            concat('{{ fund }}|', totals.fund_row_id) as number_id,
            {{ figure('-1') }} as coefficient,
            {{ figure('-totals.' ~ fund) }} as amount
        from costs
        inner join totals
            on costs.project_id = totals.project_id
        where costs.{{ place }} = 1 and costs.{{ number }}_comparator is null and costs.{{ number }}_amount is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

allowances as (

    select
        forms.project_id,
        'total_score' as identity_code,
        {{ figure('tolerances.score') }} as allowance
    from forms
    cross join tolerances
    where forms.blank_score_lines = 0 and forms.reported_total is not null

    union all

    select
        forms.project_id,
        'total_weight' as identity_code,
        {{ figure('tolerances.weight') }} as allowance
    from forms
    cross join tolerances
    where forms.blank_weight_lines = 0 and forms.reported_weights_total is not null

    union all

    select
        forms.project_id,
        'full_weight' as identity_code,
        {{ figure('tolerances.weight') }} as allowance
    from forms
    cross join tolerances
    where forms.blank_weight_lines = 0 and forms.rule_profile_id is not null

    {% for kind in ['initial_budget', 'annual_budget', 'executed'] %}
        union all

        select
            funds.project_id,
            'fund_{{ kind }}' as identity_code,
            {{ figure(
                'max(case when funds.' ~ kind ~ ' <> 0 then funds.' ~ kind ~ '_place end * tolerances.last_place)'
            ) }} as allowance
        from funds
        cross join tolerances
        where funds.{{ kind }} is not null
        group by funds.project_id
        having count(case when funds.fund_source = 'total' then 1 end) = 1 and count(*) > 1
    {% endfor %}

    union all

    select
        funds.project_id,
        concat('rate|', funds.fund_row_id) as identity_code,
        {{ figure('tolerances.printed_rate * funds.percent_place * abs(funds.annual_budget)') }} as allowance
    from funds
    cross join tolerances
    where funds.execution_percent is not null and funds.executed is not null and funds.annual_budget <> 0

    union all

    select
        totals.project_id,
        'execution_score' as identity_code,
        {{ figure('tolerances.execution_score * abs(totals.annual_budget)') }} as allowance
    from totals
    cross join tolerances
    where
        totals.score is not null and totals.weight is not null and totals.annual_budget <> 0
        and totals.executed <= totals.annual_budget

    {% for number, place in [('target', 'annual_budget_place'), ('actual', 'executed_place')] %}
        union all

        select
            costs.project_id,
            'cost_{{ number }}' as identity_code,
            {{ figure('tolerances.last_place * costs.' ~ place) }} as allowance
        from costs
        cross join tolerances
        where
            costs.{{ number }}_amounts = 1 and costs.{{ number }}_comparator is null
            and costs.{{ number }}_amount is not null
    {% endfor %}

),

residuals as (

    select
        project_id,
        identity_code,
        {{ figure('sum(amount)') }} as residual
    from terms
    group by
        project_id,
        identity_code

),

identities as (

    select
        residuals.project_id,
        residuals.identity_code,
        residuals.residual,
        coalesce(allowances.allowance, 0) as allowance
    from residuals
    inner join allowances
        on
            residuals.project_id = allowances.project_id
            and residuals.identity_code = allowances.identity_code

),

broken_forms as (

    select distinct project_id
    from identities
    where abs(residual) > allowance

)

select
    terms.project_id,
    terms.identity_code,
    terms.number_id,
    terms.coefficient,
    identities.residual,
    identities.allowance
from broken_forms
inner join identities
    on broken_forms.project_id = identities.project_id
inner join terms
    on
        identities.project_id = terms.project_id
        and identities.identity_code = terms.identity_code
