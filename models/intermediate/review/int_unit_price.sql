-- A price (元/人, 元/天/m²) times the quantity in its unit and the time. A time that the form doesn't print is at most
-- the year, so that the product is a ceiling of the money, as with a price at most (≤). What the form leaves open is
-- no finding: several quantities in the unit, further costs.
with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

printed_values as (

    select * from {{ ref('int_printed_value') }}

),

measure_units as (

    select * from {{ ref('measure_unit') }}

),

times as (

    select * from {{ ref('time_unit') }}

),

funds as (

    select
        project_id,
        annual_budget_yuan,
        executed_yuan
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

),

parameters as (

    {{ common_parameter('price_margin') }}

),

limits as (

    {{ common_parameter('price_quantities', 'integer') }}

),

-- 元/人·月 is 元/人/月.
prices as (

    select
        indicators.*,
        values_of_prices.value as price,
        values_of_prices.comparator as price_comparator,
        {{ replace_all(
            replace_all(half_width('values_of_prices.unit'), '[.·•×*()每一]', '/'), '/+', '/'
        ) }} as price_unit
    from indicators
    inner join printed_values as values_of_prices
        on
            indicators.actual_text = values_of_prices.printed_text
            and values_of_prices.value_kind = 'unit_price'
    where indicators.class_code in ('cost', 'quantity')

),

parted as (

    select
        prices.*,
        nullif(split_part(prices.price_unit, '/', 2), '') as first_part,
        nullif(split_part(prices.price_unit, '/', 3), '') as second_part,
        nullif(split_part(prices.price_unit, '/', 4), '') as third_part
    from prices

),

parts as (

    {% for part in ['first', 'second'] %}
        select
            parted.indicator_id,
            parted.project_id,
            '{{ part }}' as part,
            coalesce(measure_units.unit, parted.{{ part }}_part) as unit,
            times.times_a_year
        from parted
        left join measure_units
            on parted.{{ part }}_part = measure_units.unit_text
        left join times
            on parted.{{ part }}_part = times.unit
        where parted.{{ part }}_part is not null and parted.third_part is null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

quantities as (

    select
        indicators.project_id,
        indicators.indicator_id,
        indicators.actual_text,
        indicators.actual_value as quantity,
        indicators.actual_kind,
        indicators.actual_comparator,
        coalesce(actuals.unit, targets.unit) as unit
    from indicators
    left join printed_values as actuals
        on indicators.actual_text = actuals.printed_text
    left join printed_values as targets
        on {{ measured_text('indicators.target_text', 'indicators.measure_unit') }} = targets.printed_text
    where indicators.class_code = 'quantity' and indicators.value_kind = 'quantity'

),

-- What a part of the price is multiplied by: the only quantity in its unit, or a year.
factors as (

    select
        parts.indicator_id,
        parts.part,
        max(parts.times_a_year) as times_a_year,
        count(quantities.indicator_id) as quantities,
        max(quantities.quantity) as quantity,
        max(quantities.actual_text) as quantity_text,
        max(quantities.actual_comparator) as quantity_comparator,
        max(case when quantities.actual_kind = 'quantity' then 1 else 0 end) as is_number
    from parts
    left join quantities
        on
            parts.project_id = quantities.project_id
            and parts.unit = quantities.unit
    group by
        parts.indicator_id,
        parts.part

),

multiplied as (

    select
        indicator_id,
        max(case when quantities > 1 then 1 else 0 end) as has_several,
        max(case when quantities = 0 and times_a_year is null then 1 else 0 end) as has_none,
        max(case when quantities = 1 and is_number = 0 then 1 else 0 end) as has_text,
        max(case when quantities = 0 then 1 else 0 end) as has_assumed_time,
        max(case when quantity_comparator = '~' then 1 else 0 end) as has_estimate,
        max(case when quantity_comparator in ('<=', '<') then 1 else 0 end) as has_ceiling,
        max(case when quantity_comparator in ('>=', '>') then 1 else 0 end) as has_floor,
        max(case when quantities = 1 and times_a_year is null then 1 else 0 end) as has_count,
        max(case when part = 'first' then case when quantities = 1 then quantity else times_a_year end end)
        * coalesce(
            max(case when part = 'second' then case when quantities = 1 then quantity else times_a_year end end), 1
        ) as factor,
        {{ joined_text('quantity_text') }} as quantity_text,
        max(case when quantities = 0 then times_a_year end) as assumed_times
    from factors
    group by indicator_id

),

other_lines as (

    select
        parted.indicator_id,
        sum(case when beside.class_code = 'quantity' and beside.value_kind <> 'unit_price' then 1 else 0 end)
            as quantities,
        -- The total cost beside the price is no further cost.
        sum(case
            when beside.indicator_id = parted.indicator_id then 0
            when beside.value_kind = 'unit_price' then 1
            when
                beside.class_code = 'cost'
                and abs(coalesce(beside.actual_value, 0) - funds.executed_yuan)
                > parameters.price_margin * funds.executed_yuan
                then 1
            else 0
        end) as further_costs
    from parted
    cross join parameters
    inner join indicators as beside
        on parted.project_id = beside.project_id
    left join funds
        on parted.project_id = funds.project_id
    group by parted.indicator_id

),

compared as (

    select
        parted.*,
        multiplied.quantity_text,
        multiplied.has_several,
        multiplied.has_none,
        multiplied.has_text,
        multiplied.has_estimate,
        multiplied.has_count,
        funds.executed_yuan,
        greatest(funds.executed_yuan, coalesce(funds.annual_budget_yuan, funds.executed_yuan)) as most_money,
        other_lines.quantities,
        other_lines.further_costs,
        limits.price_quantities,
        parameters.price_margin,
        {{ figure('round(parted.price * multiplied.factor, 2)') }} as product,
        case when multiplied.has_assumed_time = 1 then concat('×', cast(multiplied.assumed_times as string)) end
            as times_text,
        coalesce(parted.price_comparator, '=') in ('=', '<=', '<') and multiplied.has_floor = 0
        and other_lines.further_costs = 0 and other_lines.quantities <= limits.price_quantities as is_ceiling,
        coalesce(parted.price_comparator, '=') in ('=', '>=', '>') and multiplied.has_ceiling = 0
        and multiplied.has_assumed_time = 0 as is_floor
    from parted
    cross join parameters
    cross join limits
    inner join multiplied
        on parted.indicator_id = multiplied.indicator_id
    inner join other_lines
        on parted.indicator_id = other_lines.indicator_id
    left join funds
        on parted.project_id = funds.project_id

)

select
    document_id,
    project_id,
    indicator_id,
    source_line,
    item_label,
    actual_text,
    price_comparator,
    quantity_text,
    times_text,
    product,
    executed_yuan,
    most_money,
    quantities,
    further_costs,
    price_quantities,
    price_margin,
    has_several,
    has_none,
    has_text,
    has_estimate,
    has_count,
    is_ceiling,
    is_floor
from compared
