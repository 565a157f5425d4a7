{#-
    Append the landed documents of a raw table to its seed: the folder is read by the engine's own CSV
    reader, a document that is already there is not read twice. JIXIAO_LANDING names the folder, with one
    sub-folder a document; blank means the seeds alone. Its withdrawn.csv, where there is one, lists the
    documents of the sample that are left out.
-#}
{% macro load_landed(relation) -%}
    {%- set landing = env_var('JIXIAO_LANDING', '') -%}
    {%- if execute and landing -%}
        {%- set withdrawn = (landing ~ '/withdrawn.csv') | replace("'", "''") -%}
        {%- if files_at(withdrawn) > 0 -%}
            {%- do run_query(
                "delete from " ~ relation ~ " where document_id in (select document_id from read_csv('" ~ withdrawn
                ~ "', all_varchar = true, header = true, delim = ',', quote = '\"'))"
            ) -%}
        {%- endif -%}
        {%- set pattern = (landing ~ '/*/' ~ relation.identifier ~ '.csv') | replace("'", "''") -%}
        {%- if files_at(pattern) > 0 -%}
            insert into {{ relation }} by name
            select *
            from read_csv(
                '{{ pattern }}',
                all_varchar = true, header = true, union_by_name = true,
                -- Nothing is left to the reader's guess: it would take a row that begins with # for a comment.
                delim = ',', quote = '"', escape = '"', comment = '', strict_mode = false
            )
            where document_id not in (select document_id from {{ relation }})
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- How many files a pattern names. -#}
{% macro files_at(pattern) -%}
    {{ return(run_query("select count(*) as files from glob('" ~ pattern ~ "')").rows[0][0]) }}
{%- endmacro %}
