-- What a form holds of each class of indicators; the execution line is a class of its own.
with

lines as (

    select *
    from {{ ref('int_score_line') }}
    where evaluation_type = 'self_evaluation'

),

classes as (

    select * from {{ ref('indicator_class') }}

)

select
    lines.project_id,
    lines.document_id,
    classes.class_code,
    count(*) as score_lines,
    count(*) - count(lines.weight) as blank_weights,
    sum(lines.weight) as weight
from lines
inner join classes
    on
        lines.level1 = classes.level1
        and (classes.level2 is null or lines.level2 = classes.level2)
group by
    lines.project_id,
    lines.document_id,
    classes.class_code
