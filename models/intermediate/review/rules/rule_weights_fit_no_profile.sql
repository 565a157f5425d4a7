{%- set classes = indicator_classes() -%}
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

tolerances as (

    select * from {{ ref('tolerance') }}

),

profiles as (

    select * from {{ ref('rule_profile') }}

),

full_profiles as (

    select * from {{ ref('int_full_profile') }}

),

parameters as (

    {{ parameters(['binding_weights']) }}

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
        max(fits.blank_weights) as blank_weights
    from fits
    group by fits.project_id

),

-- Every form is compared with each of them.
full_labels as (

    select {{ joined_text('profiles.label_zh') }} as profile_labels
    from full_profiles
    inner join profiles
        on full_profiles.profile_id = profiles.profile_id

),

-- One row: the texts printed before and after a weight.
word as (

    select
        {% for code in classes -%}
            max(case when labels.class_code = '{{ code }}' then labels.label_zh end) as {{ code }}_label,
        {% endfor -%}
        max(tolerances.unit) as unit
    from labels
    cross join tolerances
    where tolerances.tolerance_code = 'weight'

),

judged_forms as (

    select
        forms.document_id,
        forms.project_id,
        forms.source_line,
        forms.form_kind,
        concat_ws(
            '、',
            {% for code in classes -%}
                case
                    when lines.{{ code }}_weight is not null
                        then concat_ws('', word.{{ code }}_label, {{ plain('lines.' ~ code ~ '_weight') }}, word.unit)
                end{{ ',' if not loop.last }}
            {% endfor -%}
        ) as weights_text,
        nearest.smallest_difference,
        nearest.blank_weights,
        full_labels.profile_labels,
        -- A profile that leaves the weights to the unit makes no finding of them.
        coalesce(parameters.binding_weights, 1) = 1 as is_bound
    from forms
    inner join nearest
        on forms.project_id = nearest.project_id
    inner join lines
        on forms.project_id = lines.project_id
    cross join full_labels
    cross join word
    left join parameters
        on forms.rule_profile_id = parameters.profile_id

)

{{- rule_results(
    'judged_forms',
    subject='project_id',
    line='source_line',
    project='project_id',
    operand_a='weights_text',
    operand_b='profile_labels',
    applies="form_kind = 'self_evaluation' and weights_text <> '' and is_bound",
    reason="case when blank_weights > 0 then 'weight_blank' end",
    holds='smallest_difference <= rule_tolerance'
) }}
