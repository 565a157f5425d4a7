with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

unread as (

    select distinct
        {{ project_id() }} as unread_project_id,
        source_line as unread_line
    from {{ ref('stg_unread_cell') }}
    where form_no is not null and reason_code not in ('no_column', 'figure_without_column')

),

-- A printed but unreadable cell is not blank.
printed as (

    select
        indicators.*,
        unread.unread_line is not null as has_unread,
        -- A table of scores alone has no such cells.
        count(indicators.target_text) over (partition by indicators.project_id)
        + count(indicators.actual_text) over (partition by indicators.project_id)
        > 0 as has_values
    from indicators
    left join unread
        on
            indicators.project_id = unread.unread_project_id
            and indicators.source_line = unread.unread_line

)

{{- rule_results(
    'printed',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    operand_a='target_text',
    operand_b='actual_text',
    applies='has_values or has_unread',
    reason="case when has_unread and (target_text is null or actual_text is null) then 'cells_unread' end",
    holds='target_text is not null and actual_text is not null'
) }}
