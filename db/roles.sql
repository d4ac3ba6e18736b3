-- What the reading role may do; run by the owner of the schema after the role exists.
-- Default privileges cover tables and views that a run builds aside and swaps in.
-- Revoked first, so that a grant taken out of here is taken out of the database as well.

revoke all on schema public from public;
revoke temporary, create on database :"database" from public;
grant connect on database :"database" to :"reader";
grant usage on schema public to :"reader";
grant select on all tables in schema public to :"reader";
alter default privileges in schema public grant select on tables to :"reader";
alter role :"reader" set default_transaction_read_only = on;
alter role :"reader" set statement_timeout = '5s';
alter role :"reader" set idle_in_transaction_session_timeout = '10s';
