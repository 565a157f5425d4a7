with

lines as (

    select
        score_line_id,
        document_id,
        project_id,
        indicator_id,
        source_line,
        {{ item_label('level2', 'coalesce(level4, level3)') }} as item_label,
        reported_score,
        full_points
    from {{ ref('int_score_line') }}

),

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

-- The indicators of a class share the points printed behind it.
classes as (

    {% for level, classes in [('level1', 'level1'), ('level2', 'level1, level2')] %}
        select
            concat_ws('|', project_id, {{ classes }}) as score_line_id,
            document_id,
            project_id,
            cast(null as string) as indicator_id,
            min(source_line) as source_line,
            {{ level }} as item_label,
            {{ figure(level ~ '_score') }} as reported_score,
            {{ figure(level ~ '_points') }} as full_points
        from indicators
        where {{ level }}_points is not null{% if level == 'level1' %} and level2_points is null{% endif %}
        group by
            document_id,
            project_id,
            {{ classes }},
            {{ level }}_score,
            {{ level }}_points
        having count(*) > 1
        {% if not loop.last %}
            union all

        {% endif %}
    {% endfor %}
),

pointed as (

    select * from lines
    union all
    select * from classes

)

{{- rule_results(
    'pointed',
    subject='score_line_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='reported_score',
    expected='full_points',
    reason="case when reported_score is null then 'score_blank' when full_points is null then 'weight_blank' end",
    holds='reported_number <= expected_number + rule_tolerance',
    against='source_line'
) }}
