-- A round number can be the same by chance: it counts as shared only under the same name.
with

indicators as (

    select reviewed.*
    from {{ ref('int_reviewed_indicator') }} as reviewed
    inner join {{ ref('int_project') }} as projects
        on reviewed.project_id = projects.project_id
    where
        reviewed.class_code in ('quantity', 'quality', 'benefit')
        and projects.form_kind <> 'department_self_evaluation'

),

printed_values as (

    select * from {{ ref('int_printed_value') }}

),

units as (

    select *
    from {{ ref('count_unit') }}
    where counts in ('persons', 'groups')

),

parameters as (

    {{ common_parameter('shared_count_least') }}

),

measured as (

    select
        indicators.*,
        case
            when indicators.actual_kind = 'quantity' then indicators.actual_value
            when indicators.value_kind = 'quantity' then indicators.target_value
        end as counted_value,
        case when indicators.actual_kind = 'quantity' then indicators.actual_text else indicators.target_text end
            as counted_text,
        coalesce(targets.unit, actuals.unit) as printed_unit,
        -- 发放人数 counts 人; 提升桶站43组 counts 组.
        {{ replace_all('indicators.level3_name', '数量?$', '') }} as thing,
        {{ extract('indicators.level3_name', '[0-9]([一-龥]{1,2})$') }} as name_unit
    from indicators
    left join printed_values as targets
        on {{ measured_text('indicators.target_text', 'indicators.measure_unit') }} = targets.printed_text
    left join printed_values as actuals
        on indicators.actual_text = actuals.printed_text

),

counted as (

    select
        measured.*,
        units.unit as counted_unit,
        case when measured.counted_value % 10 = 0 then measured.thing else '' end as counted_thing
    from measured
    cross join parameters
    inner join units
        on
            coalesce(measured.printed_unit, measured.name_unit) = units.unit
            or (
                measured.printed_unit is null and measured.name_unit is null
                and units.is_in_names and measured.thing like concat('%', units.unit)
            )
    where measured.counted_value >= parameters.shared_count_least

),

shared as (

    select
        document_id,
        counted_unit,
        counted_value,
        counted_thing,
        count(distinct project_id) as forms,
        {{ joined_numbers('form_no') }} as form_numbers
    from (
        select
            counted.*,
            projects.form_no
        from counted
        inner join {{ ref('int_project') }} as projects
            on counted.project_id = projects.project_id
    ) as placed
    group by
        document_id,
        counted_unit,
        counted_value,
        counted_thing

),

compared as (

    select
        counted.*,
        shared.forms,
        shared.form_numbers
    from counted
    inner join shared
        on
            counted.document_id = shared.document_id
            and counted.counted_unit = shared.counted_unit
            and counted.counted_value = shared.counted_value
            and counted.counted_thing = shared.counted_thing

)

select
    document_id,
    project_id,
    indicator_id,
    source_line,
    item_label,
    counted_value,
    counted_text,
    counted_unit,
    forms,
    form_numbers
from compared
