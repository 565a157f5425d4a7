with

measures as (

    select * from {{ ref('ranking_measure') }}

),

ratios as (

    select * from {{ ref('int_department_ratio') }}

),

amounts as (

    select * from {{ ref('int_department_measure') }}

),

projects as (

    select * from {{ ref('int_form_score') }}

),

averages as (

    select
        document_id,
        -- A form that was not scored has no total; the average is of those that have one.
        {{ ratio('sum(' ~ points('recomputed_total') ~ ')', 'count(recomputed_total)') }} as value,
        min(case when recomputed_total is not null then total_source_line end) as source_line
    from projects
    group by document_id

)

select
    ratios.document_id,
    measures.measure_code,
    ratios.ratio as value,
    amounts.source_line
from ratios
inner join measures
    on
        ratios.ratio_code = measures.ratio_code
        and ratios.basis = measures.basis
inner join amounts
    on ratios.document_id = amounts.document_id
where ratios.ratio is not null

union all

select
    averages.document_id,
    measures.measure_code,
    averages.value,
    averages.source_line
from averages
inner join measures
    on measures.measure_code = 'average_project_score'
where averages.value is not null
