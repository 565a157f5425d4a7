-- The inputs of the rules for an indicator, in one row: printed text, parsed values, comparison, class, profile, and
-- the expected range of scores by the form's rule profile, narrow if a rule determines the score. A form without a
-- column of weights can print points behind a class or a name: those of the only indicator of a class are its full
-- points, and so are the scores of all of them if they add up to the points of the class.
with

indicators as (

    select * from {{ ref('int_indicator_comparison') }}

),

projects as (

    select * from {{ ref('int_project') }}

),

bands as (

    select * from {{ ref('rule_profile_band') }}

),

classed as (

    select
        *,
        cast(
            {{ extract(half_width('level3'), '[(（]([0-9]{1,3}([.][0-9]+)?)分[)）]$') }} as decimal(17, 8)
        ) as level3_points,
        count(weight_text) over (partition by project_id) as printed_weights,
        {% for level, classes in [('level1', 'level1'), ('level2', 'level1, level2')] %}
            count(*) over (partition by project_id, {{ classes }}) as {{ level }}_indicators,
            case
                when
                    count({{ level }}_points) over (partition by project_id, {{ classes }})
                    = count(*) over (partition by project_id, {{ classes }})
                    and min({{ level }}_points) over (partition by project_id, {{ classes }})
                    = max({{ level }}_points) over (partition by project_id, {{ classes }})
                    then {{ level }}_points
            end as {{ level }}_full,
            case
                when
                    count(score) over (partition by project_id, {{ classes }})
                    = count(*) over (partition by project_id, {{ classes }})
                    then sum(score) over (partition by project_id, {{ classes }})
            end as {{ level }}_score
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from indicators

),

pointed as (

    select
        *,
        case
            when weight is not null or printed_weights > 0 then weight
            when level3_points is not null then level3_points
            when level2_indicators = 1 and level2_full is not null then level2_full
            when level2_score = level2_full then score
            when level1_indicators = 1 and level1_full is not null then level1_full
            when level1_score = level1_full then score
        end as full_points
    from classed

),

profiled as (

    select
        indicators.*,
        projects.project_name,
        projects.rule_profile_id,
        projects.profile_problem,
        case
            when projects.rule_profile_id is null then 'not_checkable'
            when indicators.value_kind in ('ordinal', 'yes_no') and indicators.actual_band is not null
                then 'qualitative_band'
            when indicators.attainment in ('met', 'exceeded') then 'full_weight'
            when indicators.attainment = 'unmet' and indicators.value_kind = 'month' then 'deadline_missed'
            when indicators.attainment = 'unmet' and indicators.completion_rate > 0 then 'proportional'
            when indicators.attainment = 'unmet' and indicators.completion_rate = 0 then 'nothing_done'
            when indicators.actual_band is not null then 'qualitative_band'
            else 'not_checkable'
        end as basis
    from pointed as indicators
    inner join projects
        on indicators.project_id = projects.project_id

),

shared as (

    select
        profiled.*,
        case profiled.basis
            when 'full_weight' then 1
            when 'nothing_done' then 0
            -- Beyond an exact target the share is the inverse.
            when 'proportional' then least(profiled.completion_rate, {{ ratio('1', 'profiled.completion_rate') }})
            else bands.share_from
        end as share_from,
        case profiled.basis
            when 'full_weight' then 1
            when 'nothing_done' then 0
            when 'proportional' then least(profiled.completion_rate, {{ ratio('1', 'profiled.completion_rate') }})
            else bands.share_to
        end as share_to
    from profiled
    left join bands
        on
            profiled.rule_profile_id = bands.profile_id
            and bands.band = case profiled.basis
                when 'deadline_missed' then 'deadline_missed'
                when 'qualitative_band' then profiled.actual_band
            end

)

select
    indicator_id,
    project_id,
    document_id,
    source_line,
    project_name,
    rule_profile_id,
    profile_problem,
    level1,
    level2,
    level3,
    {{ item_label('level2', 'level3') }} as item_label,
    -- Names are compared without their number, punctuation and spaces.
    translate({{ replace_all(half_width('level3'), '^指标[0-9]+', '') }}, ' ,.;:。；、：“”"', '') as level3_name,
    class_code,
    -- A number without a unit below the name of an amount: 工程资金金额 43.2.
    coalesce(
        value_kind = 'quantity' and unit is null and {{ matches('level3', '(金额|资金|经费|费用|价格|单价)$') }}, false
    ) as is_plain_amount,
    target_text,
    actual_text,
    measure_unit,
    weight,
    full_points,
    case when printed_weights = 0 then level1_full end as level1_points,
    case when printed_weights = 0 then level2_full end as level2_points,
    level1_score,
    level2_score,
    score,
    -- Half of the last place of a score with decimals: 7.7 may be 7.67.
    case when score_text like '%.%' then {{ last_place('score_text', 1) }} / 2 else 0 end as score_rounding,
    deviation_reason,
    value_kind,
    actual_kind,
    comparator,
    is_comparator_printed,
    actual_comparator,
    actual_band,
    target_value,
    actual_value,
    target_factor,
    actual_factor,
    -- 2022年12月底前完工, with a rate as its value, is due in December.
    case
        when value_kind = 'month' then target_value
        when class_code = 'timeliness'
            then cast(
                {{ extract(half_width('level3'), '(^|[^0-9])([0-9]{1,2})月(底|末|[0-9]+日)?(之|以)?前', 2) }}
                as {{ figure_type() }}
            )
    end as deadline_month,
    completion_rate,
    attainment,
    not_checkable_reason,
    case when full_points >= 0 and share_from is not null then basis else 'not_checkable' end as expected_basis,
    case when full_points >= 0 then {{ points('full_points * share_from') }} end as expected_score_low,
    case when full_points >= 0 then {{ points('full_points * share_to') }} end as expected_score_high
from shared
