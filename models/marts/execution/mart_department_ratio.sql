with

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('dim_document') }}

),

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
        -- The running text precedes the tables: the first print is the report's own statement.
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
        catalogue.label_zh as ratio_zh,
        ratios.basis,
        reported_bases.label_zh as basis_zh,
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
    joined.document_id,
    documents.fiscal_year,
    joined.ratio_code,
    joined.ratio_zh,
    joined.basis,
    joined.basis_zh,
    joined.numerator_yuan,
    joined.denominator_yuan,
    joined.ratio,
    joined.reported_ratio,
    cast(joined.reported_ratio - joined.ratio as decimal(12, 6)) as difference,
    joined.tolerance_rate,
    case
        when joined.ratio is null then 'not_checkable'
        when joined.reported_ratio is null then 'not_reported'
        when abs(joined.reported_ratio - joined.ratio) <= joined.tolerance_rate then 'match'
        else 'mismatch'
    end as status,
    joined.source_line
from joined
inner join documents
    on joined.document_id = documents.document_id
