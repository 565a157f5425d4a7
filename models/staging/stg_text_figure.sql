with

source as (

    select * from {{ ref('raw_text_figure') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        cast({{ printed('form_no') }} as integer) as form_no,
        cast({{ printed('goal_no') }} as integer) as goal_no,
        {{ printed('part') }} as part,
        cast({{ printed('figure_no') }} as integer) as figure_no,
        {{ printed('number') }} as number_text,
        {{ printed('words_before') }} as words_before,
        {{ printed('words_behind') }} as words_behind
    from source

)

select
    {{ project_id() }} as project_id,
    document_id,
    source_line,
    form_no,
    goal_no,
    part,
    figure_no,
    number_text,
    -- 五, 1万余; a range has no value.
    case
        when {{ matches('number_text', '^[二两三四五六七八九十]余?$') }}
            then cast({{ chinese_digit('number_text') }} as {{ figure_type() }})
        else try_cast(
            try_cast({{ replace_all('number_text', '[,余多万亿]', '') }} as {{ printed_type() }})
            * case
                when number_text like '%万%' then 10000
                when number_text like '%亿%' then 100000000
                else 1
            end as {{ figure_type() }}
        )
    end as number_value,
    {{ matches('number_text', '[余多]$') }} as is_lower_bound,
    words_before,
    words_behind
from typed
