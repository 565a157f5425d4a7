with

forms as (

    select * from {{ ref('int_project') }}

),

classes as (

    select *
    from {{ ref('rule_profile_class') }}
    where is_mandatory

),

labels as (

    select * from {{ ref('indicator_class_label') }}

),

lines as (

    select * from {{ ref('int_form_class') }}

),

unnamed as (

    select project_id as unnamed_project_id
    from {{ ref('int_reviewed_indicator') }}
    group by project_id
    having count(level1) + count(level2) = 0

),

required as (

    select
        forms.document_id,
        forms.project_id,
        forms.source_line,
        forms.profile_problem,
        forms.form_kind,
        unnamed.unnamed_project_id,
        coalesce(classes.class_code, 'unknown') as class_code,
        labels.label_zh,
        coalesce(
            case classes.class_code
                {% for code in indicator_classes() -%}
                    when '{{ code }}' then lines.{{ code }}_lines
                {% endfor -%}
            end, 0
        ) as score_lines
    from forms
    left join classes
        on forms.rule_profile_id = classes.profile_id
    left join labels
        on classes.class_code = labels.class_code
    left join lines
        on forms.project_id = lines.project_id
    left join unnamed
        on forms.project_id = unnamed.unnamed_project_id

)

{{- rule_results(
    'required',
    subject="concat_ws('|', project_id, class_code)",
    line='source_line',
    project='project_id',
    item='label_zh',
    reported='score_lines',
    applies="form_kind = 'self_evaluation' and (class_code <> 'execution' or score_lines > 0)",
    reason="coalesce(profile_problem, case when unnamed_project_id is not null and class_code <> 'execution' then 'classes_not_printed' end)",
    holds='score_lines > 0'
) }}
