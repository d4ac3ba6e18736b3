-- The two roles and the database; run by an administrator with psql, any number of times:
--   SCORER_PASSWORD=... API_PASSWORD=... psql --file=db/create_roles.sql <administrator's address>
-- The scorer owns and writes; the api may only read. A role's defaults are set here, for the
-- owner of a database may not change another role.

\getenv scorer_password SCORER_PASSWORD
\getenv api_password API_PASSWORD

select 'create role scorer login' where not exists (select from pg_roles where rolname = 'scorer') \gexec
select 'create role api login' where not exists (select from pg_roles where rolname = 'api') \gexec

alter role scorer login nosuperuser nocreaterole nocreatedb password :'scorer_password';
alter role api login nosuperuser nocreaterole nocreatedb password :'api_password';
alter role api set default_transaction_read_only = on;
alter role api set statement_timeout = '5s';
alter role api set idle_in_transaction_session_timeout = '10s';

select 'create database pypi_stats owner scorer template template0 encoding ''UTF8'''
where not exists (select from pg_database where datname = 'pypi_stats') \gexec

-- Everybody may make large objects, which are no tables and so in nobody's grants.
\connect pypi_stats
revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public;
grant execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) to scorer;
