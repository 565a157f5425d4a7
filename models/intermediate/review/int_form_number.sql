-- The printed numbers of a form with a broken identity that its identities relate, with the bounds of each.
with

score_lines as (

    {{ of_broken_forms('int_score_line') }}

),

lines as (

    select *
    from score_lines
    where evaluation_type = 'self_evaluation'

),

forms as (

    {{ of_broken_forms('int_form_score') }}

),

funds as (

    {{ of_broken_forms('int_reviewed_fund') }}

),

costs as (

    {{ of_broken_forms('int_cost_indicator') }}

),

numbers as (

    select
        project_id,
        concat('weight|', score_line_id) as number_id,
        'weight' as cell_code,
        cast(null as string) as unit,
        source_line,
        weight as value,
        reported_score as low,
        cast(null as {{ figure_type() }}) as high
    from lines

    union all

    select
        project_id,
        concat('score|', score_line_id) as number_id,
        'score' as cell_code,
        cast(null as string) as unit,
        source_line,
        reported_score as value,
        0 as low,
        weight as high
    from lines

    union all

    select
        project_id,
        'total_weight' as number_id,
        'total_weight' as cell_code,
        cast(null as string) as unit,
        total_line as source_line,
        reported_weights_total as value,
        0 as low,
        cast(null as {{ figure_type() }}) as high
    from forms

    union all

    select
        project_id,
        'total_score' as number_id,
        'total_score' as cell_code,
        cast(null as string) as unit,
        total_line as source_line,
        reported_total as value,
        0 as low,
        reported_weights_total as high
    from forms

    union all

    select
        project_id,
        concat('initial_budget|', fund_row_id) as number_id,
        'initial_budget' as cell_code,
        amount_unit as unit,
        source_line,
        initial_budget as value,
        0 as low,
        cast(null as {{ figure_type() }}) as high
    from funds

    union all

    select
        project_id,
        concat('annual_budget|', fund_row_id) as number_id,
        'annual_budget' as cell_code,
        amount_unit as unit,
        source_line,
        annual_budget as value,
        executed - greatest(annual_budget_place, executed_place) as low,
        cast(null as {{ figure_type() }}) as high
    from funds

    union all

    select
        project_id,
        concat('executed|', fund_row_id) as number_id,
        'executed' as cell_code,
        amount_unit as unit,
        source_line,
        executed as value,
        0 as low,
        annual_budget + greatest(annual_budget_place, executed_place) as high
    from funds

    union all

    select
        project_id,
        concat('execution_rate|', fund_row_id) as number_id,
        'execution_rate' as cell_code,
        '%' as unit,
        source_line,
        execution_percent as value,
        0 as low,
        cast(null as {{ figure_type() }}) as high
    from funds

    union all

    select
        project_id,
        concat('target|', indicator_id) as number_id,
        'target' as cell_code,
        amount_unit as unit,
        source_line,
        target_amount as value,
        0 as low,
        cast(null as {{ figure_type() }}) as high
    from costs
    where target_amounts = 1 and target_comparator is null

    union all

    select
        project_id,
        concat('actual|', indicator_id) as number_id,
        'actual' as cell_code,
        amount_unit as unit,
        source_line,
        actual_amount as value,
        0 as low,
        cast(null as {{ figure_type() }}) as high
    from costs
    where actual_amounts = 1 and actual_comparator is null

)

select
    project_id,
    number_id,
    cell_code,
    cast(unit as string) as unit,
    cast(source_line as integer) as source_line,
    {{ figure('value') }} as value,
    {{ figure('low') }} as low,
    {{ figure('high') }} as high
from numbers
where value is not null
