with

figures as (

    select * from {{ ref('int_reconciliation') }}

)

select
    reconciliation_id,
    document_id,
    project_id,
    basis,
    figure_code,
    figure_part,
    label_zh,
    unit,
    reported_value,
    recomputed_value,
    difference,
    tolerance,
    status,
    source_line
from figures
