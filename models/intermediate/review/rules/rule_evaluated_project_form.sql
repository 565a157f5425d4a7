with

periods as (

    select *
    from {{ ref('int_project_period') }}
    where period = 'total' and project_id is not null

),

funds as (

    select *
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

),

documents as (

    select
        document_id,
        source_line as document_line,
        amount_unit,
        yuan_factor
    from {{ ref('stg_document') }}

),

kinds as (

    select * from {{ ref('amount_kind') }}

),

printed_amounts as (

    select * from {{ ref('stg_project_execution') }}

),

decimals as (

    {{ common_parameter('amount_decimals', 'integer') }}

),

amounts as (

    {% for kind, column in [('annual_budget', 'approved'), ('executed', 'executed')] %}
        select
            periods.document_id,
            periods.project_id,
            periods.project_name,
            funds.source_line,
            periods.source_line as evaluation_line,
            funds.amount_unit,
            '{{ kind }}' as amount_kind,
            funds.{{ kind }} as form_amount,
            greatest(
                funds.{{ kind }}_place,
                {{ last_place('printed_amounts.' ~ column ~ '_text', 'decimals.amount_decimals') }}
            ) as coarser_place,
            {{ yuan_in_unit('periods.' ~ column ~ '_yuan', 'documents.yuan_factor') }} as evaluation_amount
        from periods
        inner join funds
            on periods.project_id = funds.project_id
        inner join documents
            on periods.document_id = documents.document_id
        inner join printed_amounts
            on
                periods.document_id = printed_amounts.document_id
                and periods.project_name = printed_amounts.project_name
                and periods.period = printed_amounts.period
                and periods.source_line = printed_amounts.source_line
        cross join decimals
        {% if not loop.last %}
            union all

        {% endif %}
    {% endfor %}

),

labelled as (

    select
        amounts.*,
        kinds.label_zh
    from amounts
    inner join kinds
        on amounts.amount_kind = kinds.amount_kind

)

{{- rule_results(
    'labelled',
    subject="concat_ws('|', project_id, amount_kind)",
    line='source_line',
    project='project_id',
    item='label_zh',
    reported='form_amount',
    expected='evaluation_amount',
    unit='amount_unit',
    operand_a='project_name',
    holds='abs(form_amount - evaluation_amount) < rule_tolerance * coarser_place',
    against='evaluation_line'
) }}
