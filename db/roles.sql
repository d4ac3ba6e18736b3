-- What the reading role may do; run by the owner of the schema after create_roles.sql.
-- Default privileges cover tables and views that a run builds aside and swaps in.
-- Revoked first, so that a grant taken out of here is taken out of the database as well.

revoke all on schema public from public;
revoke temporary, create on database :"database" from public;
grant connect on database :"database" to :"reader";
grant usage on schema public to :"reader";
grant select on all tables in schema public to :"reader";
alter default privileges in schema public grant select on tables to :"reader";
