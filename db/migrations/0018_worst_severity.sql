-- Lists mark a package whose latest version is open to a flaw by how grave that flaw is.
-- The view is built anew beside the one that is read, and takes its place at the end; no
-- run of a running release builds it meanwhile.
-- Owner: scorer.

set local lock_timeout = 0;
select pg_advisory_xact_lock(7401); -- FINISHER_LOCK, in scorer/runs/finisher.py
set local lock_timeout to default;

do $$
declare
    made record;
    was text := pg_get_viewdef('package_list'::regclass);
    graded text := regexp_replace(was,
        '(bool_or\(\(findings\.kind = ''vulnerable''::text\)\) AS vulnerable)',
        '\1, (array_agg(findings.severity order by array_position('
        'array[''critical'', ''high'', ''medium'', ''low'', ''none'', ''unknown''], '
        'findings.severity)) filter (where findings.kind = ''vulnerable''))[1] as worst_severity');
    becomes text := replace(graded, 'AS security_status,',
                            'AS security_status, f.worst_severity as security_severity,');
begin
    if graded = was or becomes = graded then
        raise exception 'package_list does not name what it is changed by';
    end if;
    drop materialized view if exists package_list_next;
    execute 'create materialized view package_list_next as ' || rtrim(becomes, ';');
    for made in select indexname, indexdef from pg_indexes where tablename = 'package_list' loop
        execute replace(
            replace(made.indexdef, made.indexname || ' ', made.indexname || '_next '),
            '.package_list ', '.package_list_next ');
    end loop;
    drop materialized view package_list;
    alter materialized view package_list_next rename to package_list;
    for made in select indexname from pg_indexes where tablename = 'package_list' loop
        execute format('alter index %I rename to %I', made.indexname,
                       left(made.indexname, -length('_next')));
    end loop;
end
$$;
