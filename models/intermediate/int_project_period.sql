with

periods as (

    select *
    from {{ ref('stg_project_execution') }}
    where not is_total

),

documents as (

    select
        document_id,
        yuan_factor
    from {{ ref('stg_document') }}

),

period_order as (

    select * from {{ ref('project_period') }}

),

projects as (

    select
        document_id,
        project_name,
        -- A name shared by several forms doesn't identify the evaluated one.
        case when count(*) = 1 then min(project_id) end as project_id
    from {{ ref('int_project') }}
    group by
        document_id,
        project_name

),

placed as (

    select
        periods.document_id,
        projects.project_id,
        periods.project_name,
        periods.period,
        period_order.period_order,
        periods.source_line,
        {{ yuan('periods.approved', 'documents.yuan_factor') }} as approved_yuan,
        {{ yuan('periods.arrived', 'documents.yuan_factor') }} as arrived_yuan,
        {{ yuan('periods.executed', 'documents.yuan_factor') }} as executed_yuan,
        periods.progress_percent
    from periods
    inner join documents
        on periods.document_id = documents.document_id
    inner join period_order
        on periods.period = period_order.period
    left join projects
        on
            periods.document_id = projects.document_id
            and periods.project_name = projects.project_name

),

accumulated as (

    select
        *,
        max(case when period = 'total' then approved_yuan end) over (
            partition by document_id, project_name, source_line
        ) as project_approved_yuan,
        case
            when period = 'total' then executed_yuan
            else sum(case when period <> 'total' then executed_yuan end) over (
                partition by document_id, project_name, source_line
                order by period_order
                rows between unbounded preceding and current row
            )
        end as cumulative_executed_yuan
    from placed

)

select
    document_id,
    project_id,
    project_name,
    period,
    period_order,
    approved_yuan,
    arrived_yuan,
    executed_yuan,
    cumulative_executed_yuan,
    project_approved_yuan,
    progress_percent,
    source_line
from accumulated
