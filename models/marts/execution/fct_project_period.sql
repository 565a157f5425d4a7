with

periods as (

    select * from {{ ref('int_project_period') }}

)

select
    {{ key_of(['document_id', 'project_name', 'period', 'source_line']) }} as project_period_id,
    document_id,
    project_id,
    project_name,
    period,
    cast(period_order as integer) as period_order,
    approved_yuan,
    arrived_yuan,
    executed_yuan,
    cast(cumulative_executed_yuan as {{ yuan_type() }}) as cumulative_executed_yuan,
    {{ ratio('cumulative_executed_yuan', 'project_approved_yuan') }} as progress_rate,
    {{ ratio('progress_percent', '100') }} as reported_progress_rate,
    source_line
from periods
