-- The quantities in the report on an evaluated project, against the indicators of the project's own form.
with

figures as (

    select *
    from {{ ref('stg_reported_figure') }}
    where figure_code like 'evaluated_project_%' and value_yuan is null

),

evaluated_projects as (

    -- With several evaluated projects, the project of the printed figure is unknown.
    select
        document_id,
        max(project_id) as project_id
    from {{ ref('int_project_period') }}
    where period = 'total'
    group by document_id
    having count(distinct project_name) = 1

),

indicators as (

    select *
    from {{ ref('int_reviewed_indicator') }}
    where class_code = 'quantity'

),

printed_quantities as (

    select *
    from {{ ref('int_printed_value') }}
    where value_kind = 'quantity'

),

printed_in_form as (

    {% for column in ['target_text', 'actual_text'] %}
        select
            indicators.project_id,
            indicators.source_line,
            printed_quantities.printed_text,
            printed_quantities.printed_number,
            printed_quantities.unit
        from indicators
        inner join printed_quantities
            on indicators.{{ column }} = printed_quantities.printed_text
        {% if not loop.last %}
            union all

        {% endif %}
    {% endfor %}

),

form_quantities as (

    select
        project_id,
        printed_text,
        printed_number,
        unit,
        min(source_line) as first_line,
        max(source_line) as last_line
    from printed_in_form
    group by
        project_id,
        printed_text,
        printed_number,
        unit

),

compared as (

    select
        figures.document_id,
        figures.figure_code,
        figures.source_line,
        figures.label_zh,
        figures.value,
        figures.unit,
        evaluated_projects.project_id,
        {{ joined_text('form_quantities.printed_text') }} as quantities_text,
        min(form_quantities.first_line) as quantity_line,
        max(form_quantities.last_line) as last_quantity_line,
        count(form_quantities.printed_text) as quantities,
        sum(
            case
                when
                    form_quantities.printed_number = figures.value
                    and coalesce(form_quantities.unit, figures.unit) = figures.unit
                    then 1
                else 0
            end
        ) as same_quantities
    from figures
    left join evaluated_projects
        on figures.document_id = evaluated_projects.document_id
    left join form_quantities
        on evaluated_projects.project_id = form_quantities.project_id
    group by
        figures.document_id,
        figures.figure_code,
        figures.source_line,
        figures.label_zh,
        figures.value,
        figures.unit,
        evaluated_projects.project_id

)

{{- rule_results(
    'compared',
    subject="concat_ws('|', document_id, figure_code, cast(source_line as string))",
    line='source_line',
    project='project_id',
    item='label_zh',
    reported='value',
    unit='unit',
    operand_a='quantities_text',
    reason="case when quantities = 0 then 'figure_not_recomputable' end",
    holds='same_quantities > 0',
    against='quantity_line',
    against_last='last_quantity_line'
) }}
