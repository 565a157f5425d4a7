-- It also carries the printed columns of the indicator, so that no model joins all indicators to themselves.
with

indicators as (

    select * from {{ ref('stg_self_evaluation_indicator') }}

),

printed_values as (

    select * from {{ ref('int_printed_value') }}

),

classes as (

    select * from {{ ref('indicator_class') }}

),

tolerances as (

    select * from {{ ref('tolerance') }}

),

words as (

    select * from {{ ref('int_measured_direction') }}

),

cost_units as (

    select * from {{ ref('int_cost_unit') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

),

directions as (

    select
        indicators.indicator_id,
        case
            when indicators.direction_text like '正%' then 'up'
            when
                indicators.direction_text like '反%'
                or indicators.direction_text like '逆%'
                or indicators.direction_text like '负%'
                then 'down'
            else words.direction
        end as direction
    from indicators
    left join words
        on indicators.level3 = words.level3

),

paired as (

    select
        indicators.indicator_id,
        indicators.project_id,
        indicators.document_id,
        indicators.source_line,
        indicators.indicator_no,
        indicators.level1,
        indicators.level2,
        indicators.level3,
        indicators.target_text,
        indicators.actual_text,
        indicators.measure_unit,
        indicators.weight_text,
        indicators.weight,
        indicators.score_text,
        indicators.level1_points,
        indicators.level2_points,
        indicators.score,
        indicators.deviation_reason,
        classes.class_code,
        case when cost_units.target_factor is not null then 'money' else targets.value_kind end as target_kind,
        case
            when cost_units.actual_factor is not null then 'money'
            -- 9 in a row whose unit is 月.
            when
                targets.value_kind = 'month' and indicators.measure_unit = '月'
                and actuals.value_kind = 'quantity' and actuals.unit is null
                then 'month'
            else actuals.value_kind
        end as actual_kind,
        targets.comparator as target_comparator,
        actuals.comparator as actual_comparator,
        -- Months are counted from January of the fiscal year: January of the next year is the thirteenth.
        case
            when targets.printed_year is not null
                then targets.printed_number + 12 * (targets.printed_year - documents.fiscal_year)
            else targets.printed_number
        end as target_number,
        case
            when targets.printed_year is not null
                then targets.value + 12 * (targets.printed_year - documents.fiscal_year)
            else targets.value * coalesce(cost_units.target_factor, 1)
        end as target_measure,
        targets.upper_value as target_upper,
        case when cost_units.target_factor is not null then '元' else targets.unit end as target_unit,
        coalesce(cost_units.target_factor, targets.unit_factor) as target_factor,
        coalesce(cost_units.actual_factor, actuals.unit_factor) as actual_factor,
        case
            when actuals.printed_year is not null
                then actuals.printed_number + 12 * (actuals.printed_year - documents.fiscal_year)
            else actuals.printed_number
        end as actual_number,
        case
            when actuals.printed_year is not null
                then actuals.value + 12 * (actuals.printed_year - documents.fiscal_year)
            else actuals.value * coalesce(cost_units.actual_factor, 1)
        end as actual_measure,
        targets.answer_rank as target_rank,
        actuals.answer_rank as actual_rank,
        case when cost_units.actual_factor is not null then '元' else actuals.unit end as actual_unit,
        actuals.band as actual_band,
        -- Without an operator the direction is that of what is measured: its class, the printed one, or the words of
        -- its name. Forms print 正向 beside deadlines and costs as well, for which it can't hold.
        case
            when targets.comparator is not null then targets.comparator
            when targets.value_kind = 'month' then '<='
            when classes.class_code = 'cost'
                then case when targets.value_kind = 'percent' and directions.direction = 'up' then '>=' else '<=' end
            when targets.value_kind in ('money', 'unit_price')
                then case when classes.class_code = 'benefit' and directions.direction = 'up' then '>=' end
            when
                classes.class_code = 'timeliness'
                and targets.unit in ('秒', '分', '分钟', '小时', '日', '天', '工作日', '个工作日', '周', '月', '个月', '年')
                then '<='
            when directions.direction = 'down' then '<='
            when directions.direction = 'up' then '>='
            when directions.direction is null and classes.class_code in ('quantity', 'satisfaction') then '>='
        end as comparator,
        targets.comparator is not null as is_comparator_printed
    from indicators
    inner join documents
        on indicators.document_id = documents.document_id
    left join classes
        on
            indicators.level1 = classes.level1
            and (classes.level2 is null or indicators.level2 = classes.level2)
    left join cost_units
        on indicators.indicator_id = cost_units.indicator_id
    left join directions
        on indicators.indicator_id = directions.indicator_id
    left join printed_values as targets
        on {{ measured_text('indicators.target_text', 'indicators.measure_unit') }} = targets.printed_text
    left join printed_values as actuals
        on indicators.actual_text = actuals.printed_text

),

checked as (

    select
        *,
        case
            when target_text is null then 'target_blank'
            when actual_text is null then 'actual_blank'
            when target_kind = 'scale' then 'target_is_scale'
            when target_kind = 'question' then 'target_is_question'
            when target_kind = 'unrecognised' or actual_kind = 'unrecognised' then 'unrecognised'
            -- A grade that names the level to reach is compared as a rank on its scale.
            when target_rank is not null and actual_rank is not null and target_kind = actual_kind then null
            when target_kind in ('text', 'statement', 'ordinal', 'yes_no') then 'target_is_text'
            when target_kind in ('several_numbers', 'number_in_phrase') then target_kind
            when actual_kind in ('text', 'statement', 'ordinal', 'yes_no', 'scale', 'question') then 'actual_is_text'
            when actual_kind in ('several_numbers', 'number_in_phrase') then actual_kind
            when actual_kind = 'range' then 'several_numbers'
            when target_kind = 'range'
                then case when actual_unit is not null and target_unit <> actual_unit then 'unit_differs' end
            when target_comparator = '~' or actual_comparator = '~' then 'estimate'
            when actual_comparator in ('<=', '<', '>=', '>') then 'actual_is_bound'
            when (target_kind = 'month') <> (actual_kind = 'month') then 'kind_differs'
            when actual_measure = 0 and actual_unit is null then null
            -- 85 against 90 % is 85 %; 0.85 may be a fraction, and is not compared.
            when target_kind = 'percent' and actual_kind = 'quantity' and actual_unit is null and actual_number > 1
                then null
            when (target_kind = 'percent') <> (actual_kind = 'percent') then 'kind_differs'
            -- 200,000 and 20万元 have different units.
            when target_factor > 1 and actual_unit is null and abs(actual_number) > 100 * abs(target_number)
                then 'unit_differs'
            when target_unit is not null and actual_unit is not null and target_unit <> actual_unit
                then 'unit_differs'
        end as pair_problem
    from paired

),

measured as (

    select
        *,
        -- If only one side prints a unit, it applies to both.
        case
            when target_unit is null and actual_unit is not null and target_kind <> 'month'
                then target_number * coalesce(actual_factor, 1)
            else target_measure
        end as target_value,
        case
            when actual_unit is null and target_unit is not null and actual_kind <> 'month'
                then actual_number * coalesce(target_factor, 1)
            else actual_measure
        end as actual_value,
        coalesce(target_unit, actual_unit) as unit
    from checked

),

directed as (

    select
        measured.*,
        tolerances.tolerance,
        -- 1640.3025万元 is 1640.3万元, printed with fewer places.
        coalesce(
            measured.target_kind = 'money'
            and abs(measured.target_value - measured.actual_value)
            <= {{ last_place('measured.target_text', 0) }} * coalesce(measured.target_factor, 1) / 2
            and {{ last_place('measured.actual_text', 0) }} * coalesce(measured.actual_factor, 1)
            < {{ last_place('measured.target_text', 0) }} * coalesce(measured.target_factor, 1)
            and {{ matches('measured.target_text', '[.][0-9]') }},
            false
        ) as is_rounded,
        case
            when measured.pair_problem is not null then measured.pair_problem
            -- A value that is met exactly is met in either direction.
            when
                measured.target_rank is null
                and abs(measured.target_value - measured.actual_value) > tolerances.tolerance
                and (
                    measured.comparator is null
                    or (measured.target_number < 0 and not measured.is_comparator_printed)
                )
                then 'direction_unknown'
        end as not_checkable_reason
    from measured
    inner join tolerances
        on tolerances.tolerance_code = case when measured.target_kind = 'money' then 'money_yuan' else 'number' end

),

compared as (

    select
        *,
        case
            when not_checkable_reason is not null then 'not_checkable'
            when target_rank is not null
                then case when actual_rank <= target_rank then 'met' else 'unmet' end
            when is_rounded then 'met'
            when comparator = 'between'
                then case
                    when actual_value between target_value - tolerance and target_upper + tolerance then 'met'
                    else 'unmet'
                end
            when comparator in ('<=', '<')
                then case
                    when
                        comparator = '<='
                        and actual_value <= target_value + tolerance
                        then 'met'
                    when actual_value < target_value then 'met'
                    else 'unmet'
                end
            when comparator = '='
                then case
                    when abs(actual_value - target_value) <= tolerance then 'met'
                    else 'unmet'
                end
            when actual_value > target_value + tolerance then 'exceeded'
            when
                coalesce(comparator, '>=') = '>='
                and actual_value >= target_value - tolerance
                then 'met'
            else 'unmet'
        end as attainment
    from directed

)

select
    indicator_id,
    project_id,
    document_id,
    source_line,
    indicator_no,
    level1,
    level2,
    level3,
    class_code,
    target_text,
    actual_text,
    measure_unit,
    weight_text,
    weight,
    score_text,
    score,
    level1_points,
    level2_points,
    deviation_reason,
    target_kind as value_kind,
    actual_kind,
    comparator,
    is_comparator_printed,
    actual_comparator,
    cast(target_value as {{ figure_type() }}) as target_value,
    cast(actual_value as {{ figure_type() }}) as actual_value,
    target_factor,
    actual_factor,
    unit,
    actual_band,
    case
        -- Only a positive target has a share that was attained; of a ceiling it is the target's share of the actual.
        when not_checkable_reason is not null or target_kind in ('month', 'range') or target_value < 0 then null
        when comparator in ('<=', '<') then {{ ratio('target_value', 'actual_value') }}
        when target_value = 0 then null
        else {{ ratio('actual_value', 'target_value') }}
    end as completion_rate,
    case
        -- Better than the target is positive, worse negative.
        when not_checkable_reason is not null or target_kind in ('month', 'range') or target_value <= 0 then null
        when comparator in ('<=', '<') then {{ ratio('target_value - actual_value', 'target_value') }}
        when comparator = '=' then -abs({{ ratio('actual_value - target_value', 'target_value') }})
        else {{ ratio('actual_value - target_value', 'target_value') }}
    end as deviation_rate,
    attainment,
    not_checkable_reason
from compared
