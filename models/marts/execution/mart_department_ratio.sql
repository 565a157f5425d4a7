with

ratios as (

    select * from {{ ref('int_department_ratio') }}

),

catalogue as (

    select * from {{ ref('ratio') }}

),

tolerances as (

    select * from {{ ref('tolerance') }}

),

figures as (

    select
        document_id,
        figure_code,
        source_line,
        value,
        -- The running text comes before the tables: the first print is the report's own statement.
        row_number() over (partition by document_id, figure_code order by source_line) as print_no
    from {{ ref('stg_reported_figure') }}
    where unit = '%'

),

reported_bases as (

    select * from {{ ref('ratio_basis') }}

),

joined as (

    select
        ratios.document_id,
        ratios.ratio_code,
        ratios.basis,
        ratios.numerator_yuan,
        ratios.denominator_yuan,
        ratios.ratio,
        figures.source_line,
        {{ ratio('figures.value', '100') }} as reported_ratio,
        {{ ratio('tolerances.tolerance', '100') }} as tolerance_rate
    from ratios
    inner join catalogue
        on ratios.ratio_code = catalogue.ratio_code
    inner join tolerances
        on catalogue.tolerance_code = tolerances.tolerance_code
    inner join reported_bases
        on
            ratios.ratio_code = reported_bases.ratio_code
            and ratios.basis = reported_bases.basis
    left join figures
        on
            ratios.document_id = figures.document_id
            and catalogue.figure_code = figures.figure_code
            and figures.print_no = 1
            and reported_bases.is_reported_basis

)

select
    document_id,
    ratio_code,
    basis,
    numerator_yuan,
    denominator_yuan,
    ratio,
    reported_ratio,
    cast(reported_ratio - ratio as decimal(12, 6)) as difference,
    tolerance_rate,
    case
        when ratio is null then 'not_checkable'
        when reported_ratio is null then 'not_reported'
        when abs(reported_ratio - ratio) <= tolerance_rate then 'match'
        else 'mismatch'
    end as status,
    source_line
from joined
