-- Roles and the database; run by an administrator with psql, any number of times.
-- The scorer owns and writes; the api may read, and nothing it sends lasts.

\getenv scorer_password SCORER_PASSWORD
\getenv api_password API_PASSWORD

select 'create role scorer login' where not exists (select from pg_roles where rolname = 'scorer') \gexec
select 'create role api login' where not exists (select from pg_roles where rolname = 'api') \gexec

alter role scorer login nosuperuser password :'scorer_password';
alter role api login nosuperuser nocreatedb nocreaterole password :'api_password';

select 'create database pypi_stats owner scorer template template0 encoding ''UTF8'''
where not exists (select from pg_database where datname = 'pypi_stats') \gexec
