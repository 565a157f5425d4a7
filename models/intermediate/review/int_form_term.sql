-- The identities of the forms that break one, as sums of terms: each sum should be zero, and is linear in each of its
-- numbers. A number changes the sum by its coefficient.
with

identities as (

    select * from {{ ref('int_form_identity') }}

),

score_lines as (

    {{ of_broken_forms('int_score_line') }}

),

lines as (

    select *
    from score_lines
    where evaluation_type = 'self_evaluation' and is_counted

),

forms as (

    {{ of_broken_forms('int_form_score') }}

),

funds as (

    {{ of_broken_forms('int_reviewed_fund') }}

),

totals as (

    select *
    from funds
    where fund_source = 'total'

),

costs as (

    {{ of_broken_forms('int_cost_indicator') }}

),

terms as (

    -- Scores add up to the total.
    select
        project_id,
        'total_score' as identity_code,
        concat('score|', score_line_id) as number_id,
        {{ figure('1') }} as coefficient
    from lines

    union all

    select
        project_id,
        'total_score' as identity_code,
        'total_score' as number_id,
        {{ figure('-1') }} as coefficient
    from forms

    union all

    -- Weights add up to the printed total weight.
    select
        project_id,
        'total_weight' as identity_code,
        concat('weight|', score_line_id) as number_id,
        {{ figure('1') }} as coefficient
    from lines

    union all

    select
        project_id,
        'total_weight' as identity_code,
        'total_weight' as number_id,
        {{ figure('-1') }} as coefficient
    from forms

    union all

    -- Weights add up to the full score.
    select
        project_id,
        'full_weight' as identity_code,
        concat('weight|', score_line_id) as number_id,
        {{ figure('1') }} as coefficient
    from lines

    -- Sources add up to the total funds.
    {% for kind in ['initial_budget', 'annual_budget', 'executed'] %}
        union all

        select
            project_id,
            'fund_{{ kind }}' as identity_code,
            concat('{{ kind }}|', fund_row_id) as number_id,
            {{ figure("case when fund_source = 'total' then -1 else 1 end") }} as coefficient
        from funds
        where {{ kind }} is not null and is_counted
    {% endfor %}

    -- Executed is the printed rate times the annual budget.
    {% for number, coefficient in [
        ('executed', '100'),
        ('execution_rate', '-annual_budget'),
        ('annual_budget', '-execution_percent'),
    ] %}
        union all

        select
            project_id,
            concat('rate|', fund_row_id) as identity_code,
            concat('{{ number }}|', fund_row_id) as number_id,
            {{ figure(coefficient) }} as coefficient
        from funds
    {% endfor %}

    -- The execution score is the weight times the executed share of the budget.
    {% for number, coefficient in [
        ('score', 'annual_budget'),
        ('weight', '-executed'),
        ('annual_budget', 'score'),
        ('executed', '-weight'),
    ] %}
        union all

        select
            project_id,
            'execution_score' as identity_code,
            {% if number in ['score', 'weight'] %}
                concat('{{ number }}|', project_id, '-00') as number_id,
            {% else %}
                concat('{{ number }}|', fund_row_id) as number_id,
            {% endif %}
            {{ figure(coefficient) }} as coefficient
        from totals
    {% endfor %}

    -- The total cost is the total funds.
    {% for number, fund in [('target', 'annual_budget'), ('actual', 'executed')] %}
        union all

        select
            project_id,
            'cost_{{ number }}' as identity_code,
            concat('{{ number }}|', indicator_id) as number_id,
            {{ figure('1') }} as coefficient
        from costs
        where {{ number }}_amount is not null

        union all

        select
            project_id,
            'cost_{{ number }}' as identity_code,
            concat('{{ fund }}|', fund_row_id) as number_id,
            {{ figure('-1') }} as coefficient
        from totals
    {% endfor %}

)

select
    terms.project_id,
    terms.identity_code,
    terms.number_id,
    terms.coefficient,
    identities.residual,
    identities.allowance
from identities
inner join terms
    on
        identities.project_id = terms.project_id
        and identities.identity_code = terms.identity_code
