-- The satisfaction indicators, and what they measure by the words of their names.
with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

words as (

    select * from {{ ref('satisfaction_word') }}

)

select
    indicators.document_id,
    indicators.project_id,
    indicators.indicator_id,
    indicators.source_line,
    indicators.item_label,
    indicators.level3,
    count(words.word) as words,
    sum(case when words.measures = 'satisfaction' then 1 else 0 end) as satisfaction_words
from indicators
left join words
    on indicators.level3 like concat('%', words.word, '%')
where indicators.class_code = 'satisfaction'
group by
    indicators.document_id,
    indicators.project_id,
    indicators.indicator_id,
    indicators.source_line,
    indicators.item_label,
    indicators.level3
