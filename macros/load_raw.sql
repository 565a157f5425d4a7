{#-
    Append the rows of the build's landed documents to a raw seed, which holds the sample. JIXIAO_RAW names the folder
    of the raw store; blank means the sample alone. Its documents.parquet lists the batch of each document's rows, and
    its optional left_out.csv the documents of the sample that the build leaves out.
-#}
{% macro load_raw(relation) -%}
    {%- set raw = env_var('JIXIAO_RAW', '') | replace("'", "''") -%}
    {%- if execute and raw -%}
        {%- set left_out = raw ~ '/left_out.csv' -%}
        {%- if files_at(left_out) > 0 -%}
            {%- do run_query(
                "delete from " ~ relation ~ " where document_id in (select document_id from read_csv('" ~ left_out
                ~ "', all_varchar = true, header = true, delim = ',', quote = '\"'))"
            ) -%}
        {%- endif -%}
        {%- set pattern = raw ~ '/' ~ relation.identifier ~ '/*/*/data.parquet' -%}
        {%- if files_at(pattern) > 0 -%}
            insert into {{ relation }} by name
            select stored.* exclude (year, batch)
            from read_parquet(
                '{{ pattern }}',
                hive_partitioning = true, hive_types = {'year': 'varchar', 'batch': 'varchar'}
            ) as stored
            semi join read_parquet('{{ raw }}/documents.parquet') as documents
                on stored.document_id = documents.document_id and stored.batch = documents.batch
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The number of files that match a pattern. -#}
{% macro files_at(pattern) -%}
    {{ return(run_query("select count(*) as files from glob('" ~ pattern ~ "')").rows[0][0]) }}
{%- endmacro %}
