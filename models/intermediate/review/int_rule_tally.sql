-- Nine checks of ten pass or do not apply: ten times the rows of what is wrong, and nobody looks at them one by one.
select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    project_id,
    status,
    cast(count(*) as integer) as subjects,
    min(source_line) as source_line
from {{ ref('int_rule_outcome') }}
where status in ('pass', 'not_applicable')
group by
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    project_id,
    status
