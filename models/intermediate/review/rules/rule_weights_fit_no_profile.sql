with

forms as (

    select * from {{ ref('int_project') }}

),

lines as (

    select * from {{ ref('int_form_class') }}

),

class_weights as (

    select * from {{ ref('int_form_class_weight') }}

),

labels as (

    select * from {{ ref('indicator_class_label') }}

),

profiles as (

    select * from {{ ref('rule_profile') }}

),

full_profiles as (

    -- A profile that leaves weights open fits everything and proves nothing.
    select profile_weights.profile_id
    from {{ ref('rule_profile_weight') }} as profile_weights
    inner join {{ ref('int_profile_parameter') }} as profile_parameters
        on
            profile_weights.profile_id = profile_parameters.profile_id
            and profile_parameters.parameter_code = 'total_weight'
    group by profile_weights.profile_id
    having sum(profile_weights.weight) = max(profile_parameters.value)

),

fits as (

    select
        class_weights.project_id,
        class_weights.profile_id,
        max(abs(class_weights.form_weight - class_weights.profile_weight)) as largest_difference,
        max(class_weights.blank_weights) as blank_weights
    from class_weights
    inner join full_profiles
        on class_weights.profile_id = full_profiles.profile_id
    group by
        class_weights.project_id,
        class_weights.profile_id

),

nearest as (

    select
        fits.project_id,
        min(fits.largest_difference) as smallest_difference,
        max(fits.blank_weights) as blank_weights,
        {{ joined_text('profiles.label_zh') }} as profile_labels
    from fits
    inner join profiles
        on fits.profile_id = profiles.profile_id
    group by fits.project_id

),

weight_tolerances as (

    select unit
    from {{ ref('tolerance') }}
    where tolerance_code = 'weight'

),

labelled_lines as (

    select
        lines.project_id,
        lines.class_code,
        concat_ws('', labels.label_zh, {{ plain('lines.weight') }}, weight_tolerances.unit) as class_text
    from lines
    inner join labels
        on lines.class_code = labels.class_code
    cross join weight_tolerances

),

shares as (

    select
        project_id,
        concat_ws(
            '、',
            {% for code in ['execution', 'quantity', 'quality', 'timeliness', 'cost', 'benefit', 'satisfaction'] -%}
                max(case when class_code = '{{ code }}' then class_text end){{ ',' if not loop.last }}
            {% endfor -%}
        ) as weights_text
    from labelled_lines
    group by project_id

),

judged_forms as (

    select
        forms.document_id,
        forms.project_id,
        forms.source_line,
        shares.weights_text,
        nearest.smallest_difference,
        nearest.blank_weights,
        nearest.profile_labels
    from forms
    inner join nearest
        on forms.project_id = nearest.project_id
    inner join shares
        on forms.project_id = shares.project_id

)

{{- rule_results(
    'judged_forms',
    subject='project_id',
    line='source_line',
    project='project_id',
    operand_a='weights_text',
    operand_b='profile_labels',
    reason="case when blank_weights > 0 then 'weight_blank' end",
    holds='smallest_difference <= rule_tolerance'
) }}
