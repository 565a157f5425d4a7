with

forms as (

    select * from {{ ref('int_project') }}

),

form_scores as (

    select
        project_id,
        weighted_lines,
        unread_weights
    from {{ ref('int_form_score') }}

),

class_weights as (

    select * from {{ ref('int_form_class_weight') }}

),

parameters as (

    {{ parameters(['binding_weights']) }}

),

labels as (

    select * from {{ ref('indicator_class_label') }}

),

compared as (

    select
        forms.document_id,
        forms.project_id,
        forms.source_line,
        forms.profile_problem,
        forms.form_kind = 'self_evaluation'
        and form_scores.weighted_lines > 0
        -- Weights that a regulation leaves to the unit bind a form only if it names that regulation.
        and (forms.rule_profile_text is not null or coalesce(parameters.binding_weights, 1) = 1)
        -- A fund block without points has no weight.
        and (coalesce(class_weights.weight_class, '') <> 'execution' or class_weights.form_lines > 0) as is_weighed,
        form_scores.unread_weights,
        coalesce(class_weights.weight_class, 'unknown') as weight_class,
        class_weights.form_weight,
        class_weights.profile_weight,
        class_weights.blank_weights,
        labels.label_zh
    from forms
    inner join form_scores
        on forms.project_id = form_scores.project_id
    left join class_weights
        on
            forms.project_id = class_weights.project_id
            and forms.rule_profile_id = class_weights.profile_id
    left join parameters
        on forms.rule_profile_id = parameters.profile_id
    left join labels
        on class_weights.weight_class = labels.class_code

)

{{- rule_results(
    'compared',
    subject="concat_ws('|', project_id, weight_class)",
    line='source_line',
    project='project_id',
    item='label_zh',
    reported='form_weight',
    expected='profile_weight',
    applies='is_weighed',
    reason="coalesce(profile_problem, case when blank_weights > 0 then 'weight_blank' when unread_weights > 0 then 'cells_unread' end)"
) }}
