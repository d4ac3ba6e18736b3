-- A person's newest commit, apart from the newest push, which may be a bot's and to any branch.
-- `last_push` held the commit where one was known; the next look at a repository tells its push.
-- The view is built anew beside the one that is read, and takes its place at the end; no
-- run of a running release builds it meanwhile.
-- Owner: scorer.

set local lock_timeout = 0;
select pg_advisory_xact_lock(7401); -- FINISHER_LOCK, in scorer/runs/finisher.py
set local lock_timeout to default;

alter table repositories add column last_commit timestamptz;
update repositories set last_commit = last_push
where commits_last_year is not null and deep_observed_at > observed_at - interval '35 days';

do $$
declare
    made record;
    was text := pg_get_viewdef('package_list'::regclass);
    becomes text := replace(was, 'r.last_push,', 'r.last_push, r.last_commit,');
begin
    if becomes = was then
        raise exception 'package_list does not name r.last_push';
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
