-- The figures of the running text against the values of the tables.
{{ config(materialized='view') }}
with

figures as (

    select *
    from {{ ref('stg_reported_figure') }}
    where
        value is not null
        -- An item's percentage of its budget is compared with its own sentence.
        and figure_code not like '%budget_completion_rate'
        -- A rank is compared with other ranks.
        and figure_code <> 'rank'

),

measures as (

    select * from {{ ref('int_figure_measure') }}

),

units as (

    select * from {{ ref('amount_unit') }}

),

documents as (

    select
        document_id,
        amount_unit,
        yuan_factor
    from {{ ref('stg_document') }}

),

compared as (

    select
        figures.document_id,
        figures.source_line,
        figures.figure_code,
        figures.label_zh,
        figures.value_text,
        units.amount_unit is not null as is_money,
        case when units.amount_unit is not null then documents.amount_unit else figures.unit end as unit,
        -- Money is compared in the unit of the document's tables, whatever unit the sentence prints.
        case
            when units.amount_unit is not null then {{ yuan_in_unit('figures.value_yuan', 'documents.yuan_factor') }}
            else {{ figure('figures.value') }}
        end as reported_value,
        case
            when units.amount_unit is not null then {{ yuan_in_unit('measures.measure', 'documents.yuan_factor') }}
            else {{ figure('measures.measure') }}
        end as recomputed_value,
        measures.addends,
        measures.against_line,
        measures.against_last_line
    from figures
    inner join documents
        on figures.document_id = documents.document_id
    left join units
        on figures.unit = units.amount_unit
    left join measures
        on
            figures.document_id = measures.document_id
            and figures.figure_code = measures.figure_code

)

select
    document_id,
    cast(null as string) as project_id,
    source_line,
    figure_code,
    'text' as figure_part,
    label_zh,
    unit,
    reported_value,
    recomputed_value,
    case
        when is_money then 'account_cell'
        when figure_code = 'net_assets_change_rate' then 'asset_change'
        when unit = '%' and {{ matches('value_text', '[.][0-9][0-9]') }} then 'percent_2dp'
        when unit = '%' and {{ matches('value_text', '[.][0-9]') }} then 'percent_1dp'
        when unit = '%' then 'percent_0dp'
        when unit = '分' then 'score'
        else 'count'
    end as tolerance_code,
    'running_text' as basis,
    against_line,
    against_last_line,
    coalesce(addends, 1) as addends
from compared
