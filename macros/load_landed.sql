{#-
    Append the landed documents of a raw table to its seed: the folder is read by the engine's own CSV
    reader, a document that is already there is not read twice. JIXIAO_LANDING names the folder, with one
    sub-folder a document; blank means the seeds alone.
-#}
{% macro load_landed(relation) -%}
    {%- set landing = env_var('JIXIAO_LANDING', '') -%}
    {%- if execute and landing -%}
        {%- set pattern = landing ~ '/*/' ~ relation.identifier ~ '.csv' -%}
        {%- set files = run_query("select count(*) as files from glob('" ~ pattern | replace("'", "''") ~ "')") -%}
        {%- if files.rows[0][0] > 0 -%}
            insert into {{ relation }} by name
            select *
            from read_csv(
                '{{ pattern | replace("'", "''") }}',
                all_varchar = true, header = true, union_by_name = true,
                -- Nothing is left to the reader's guess: it would take a row that begins with # for a comment.
                delim = ',', quote = '"', escape = '"', comment = '', strict_mode = false
            )
            where document_id not in (select document_id from {{ relation }})
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
