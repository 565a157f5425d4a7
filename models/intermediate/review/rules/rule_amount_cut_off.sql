with

judged_rows as (

    select * from {{ ref('int_cut_amount') }}

)

{{- rule_results(
    'judged_rows',
    subject="concat_ws('|', project_id, cast(source_line as string))",
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='printed_amount',
    expected='case when is_cut_off then rounded_amount end',
    unit='amount_unit',
    operand_a='printed_text',
    operand_b='other_text',
    holds='not is_cut_off'
) }}
