-- The printed totals of the evaluated project's execution and spending, and of the department's fund lines.
{{ config(materialized='view') }}
with

executions as (

    select * from {{ ref('stg_project_execution') }}

),

spendings as (

    select * from {{ ref('stg_project_spending') }}

),

targets as (

    select *
    from {{ ref('stg_department_target') }}
    where source_part = 'fund' and target_amount is not null

),

measures as (

    select * from {{ ref('int_department_measure') }}

),

documents as (

    select
        document_id,
        amount_unit,
        yuan_factor
    from {{ ref('stg_document') }}

),

period_sums as (

    select
        document_id,
        source_line,
        project_name,
        max(case when period = 'total' then arrived end) as arrived,
        sum(case when period <> 'total' then arrived end) as arrived_sum,
        max(case when period = 'total' then executed end) as executed,
        sum(case when period <> 'total' then executed end) as executed_sum,
        max(case when period = 'total' then progress_percent end) as progress_percent,
        {{ ratio(
            "max(case when period = 'total' then executed end)",
            "max(case when period = 'total' then approved end)",
        ) }} * 100 as progress_recomputed
    from executions
    group by
        document_id,
        source_line,
        project_name

),

period_figures as (

    select
        document_id,
        source_line,
        'project_arrived_total' as figure_code,
        project_name as figure_part,
        concat_ws('', project_name, '：资金到位合计 = 各季度之和') as label_zh,
        {{ figure('arrived') }} as reported_value,
        {{ figure('arrived_sum') }} as recomputed_value,
        'account_sum' as tolerance_code,
        source_line as against_line,
        source_line as against_last_line
    from period_sums

    union all

    select
        document_id,
        source_line,
        'project_executed_total' as figure_code,
        project_name as figure_part,
        concat_ws('', project_name, '：预算执行合计 = 各季度之和') as label_zh,
        {{ figure('executed') }} as reported_value,
        {{ figure('executed_sum') }} as recomputed_value,
        'account_sum' as tolerance_code,
        source_line as against_line,
        source_line as against_last_line
    from period_sums

    union all

    select
        document_id,
        source_line,
        'project_progress_rate' as figure_code,
        project_name as figure_part,
        concat_ws('', project_name, '：本年支出进度 = 执行 ÷ 预算批复') as label_zh,
        {{ figure('progress_percent') }} as reported_value,
        {{ figure('progress_recomputed') }} as recomputed_value,
        'percent_2dp' as tolerance_code,
        source_line as against_line,
        source_line as against_last_line
    from period_sums

),

project_totals as (

    select
        document_id,
        max(case when is_total then source_line end) as source_line,
        'project_execution_table_total' as figure_code,
        period as figure_part,
        '项目预算执行情况表合计 = 各项目之和' as label_zh,
        {{ figure('max(case when is_total then executed end)') }} as reported_value,
        {{ figure('sum(case when not is_total then executed end)') }} as recomputed_value,
        'account_sum' as tolerance_code,
        min(case when not is_total then source_line end) as against_line,
        max(case when not is_total then source_line end) as against_last_line
    from executions
    group by
        document_id,
        period

),

spending_totals as (

    select
        document_id,
        max(case when is_total then source_line end) as source_line,
        concat_ws('', 'project_', section, '_total') as figure_code,
        project_name as figure_part,
        '收支明细合计 = 各项之和' as label_zh,
        {{ figure('max(case when is_total then coalesce(spent, arrived) end)') }} as reported_value,
        {{ figure('sum(case when not is_total then coalesce(spent, arrived) end)') }} as recomputed_value,
        'account_sum' as tolerance_code,
        min(case when not is_total then source_line end) as against_line,
        max(case when not is_total then source_line end) as against_last_line
    from spendings
    group by
        document_id,
        section,
        project_name

),

target_funds as (

    select
        targets.document_id,
        targets.source_line,
        'declared_funds' as figure_code,
        targets.level2 as figure_part,
        concat_ws('', '绩效目标申报表', targets.level2, ' = 决算数') as label_zh,
        {{ figure('targets.target_amount') }} as reported_value,
        {{ yuan_in_unit("case targets.level2
            when '资金总额' then measures.final_account_yuan
            when '基本支出' then measures.basic_spending_yuan
            when '项目支出' then measures.project_spending_yuan
        end", 'documents.yuan_factor') }} as recomputed_value,
        'account_cell' as tolerance_code,
        case targets.level2
            when '资金总额' then measures.source_line
            when '基本支出' then measures.basic_line
            when '项目支出' then measures.project_line
        end as against_line,
        cast(null as integer) as against_last_line
    from targets
    inner join documents
        on targets.document_id = documents.document_id
    left join measures
        on targets.document_id = measures.document_id

),

combined as (

    select * from period_figures
    union all
    select * from project_totals
    union all
    select * from spending_totals
    union all
    select * from target_funds

)

select
    combined.document_id,
    cast(null as string) as project_id,
    combined.source_line,
    combined.figure_code,
    combined.figure_part,
    combined.label_zh,
    case when combined.tolerance_code = 'percent_2dp' then '%' else documents.amount_unit end as unit,
    combined.reported_value,
    combined.recomputed_value,
    combined.tolerance_code,
    'evaluated_project' as basis,
    combined.against_line,
    combined.against_last_line
from combined
inner join documents
    on combined.document_id = documents.document_id
where combined.reported_value is not null
