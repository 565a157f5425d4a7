with

judged_rows as (

    select * from {{ ref('int_declared_amount') }}

)

{{- rule_results(
    'judged_rows',
    subject="concat_ws('|', coalesce(project_id, document_id), cast(source_line as string), declared_part)",
    line='source_line',
    project='project_id',
    item='item',
    reported='declared_amount',
    unit='amount_unit',
    operand_a=plain('initial_amount'),
    operand_b=plain('annual_amount'),
    applies='final_amount is null or (final_amount <> coalesce(initial_amount, 0) and final_amount <> coalesce(annual_amount, 0))',
    reason="case when final_amount is null or approved_yuan is null then 'account_blank' end",
    holds='declared_amount <> final_amount'
) }}
