-- The last word in a name decides: 故障率 is better low, 故障处理率 is better high. Of two words with the same end, the
-- longer one does: 不合格率 is better low. An action before a bad thing leaves it open: 处理投诉 may count work or trouble.
with

indicators as (

    select * from {{ ref('stg_self_evaluation_indicator') }}

),

words as (

    select * from {{ ref('direction_word') }}

),

names as (

    select distinct level3
    from indicators
    where level3 is not null

),

found as (

    select
        names.level3,
        words.direction,
        row_number() over (
            partition by names.level3
            order by instr(reverse(names.level3), reverse(words.word)) asc, length(words.word) desc
        ) as choice,
        max(case when words.direction = 'against' then 1 else 0 end) over (partition by names.level3) as is_against
    from names
    inner join words
        on
            names.level3 like concat('%', words.word, '%')
            -- 故障率, 事故发生次数: a bad thing that is measured has nothing but its measure behind it.
            and (words.direction <> 'down' or instr(reverse(names.level3), reverse(words.word)) <= 5)

)

select
    level3,
    case
        when direction <> 'down' then 'up'
        when is_against = 1 then 'unknown'
        else 'down'
    end as direction,
    {{ matches('level3', '节约|节省|节支|减|降|收入|收益|增收') }} as is_saving
from found
where choice = 1
