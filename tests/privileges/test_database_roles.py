"""Each role of the database tries what it may not: the api to change, the scorer to rule."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import errors
from psycopg.sql import SQL, Identifier

from devstack.servers.database import READER, WRITER
from devstack.stack import Stack

REFUSED = (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)

WRITES = (
    "insert into {} default values",
    "delete from {}",
    "truncate {}",
    "do $$ begin lock table {} in share mode; end $$",
    "alter table {} add column mine int",
    "drop table {} cascade",
    "create trigger mine before insert on {} for each row execute function mine()",
    "create index on {} ((1))",
    "create rule mine as on insert to {} do nothing",
    "create policy mine on {}",
)
"""What can be tried on any table."""

OF_THE_OWNER = (
    "create table mine (x int)",
    "create temporary table mine (x int)",
    "create schema mine",
    "create view mine as select 1",
    "create sequence mine",
    "create type mine as enum ('a')",
    "create function mine() returns int language sql as 'select 1'",
    "create extension hstore",
    "create publication mine",
    "comment on table packages is 'mine'",
    "drop materialized view package_list",
    "refresh materialized view package_list",
    "alter default privileges for role scorer grant all on tables to api",
    "reindex table packages",
    "select nextval('packages_package_id_seq')",
    "select setval('packages_package_id_seq', 1)",
    "select lo_create(0)",
    "select lo_creat(-1)",
    "select lo_from_bytea(0, 'mine')",
    "do $$ begin execute 'create temporary table mine (x int)'; end $$",
    "set role scorer",
)
"""What only the scorer may, tried by the api."""

OF_THE_ADMINISTRATOR = (
    "create role mine",
    "create database mine",
    "alter role api superuser",
    "alter role scorer createdb",
    "drop role postgres",
    "set session authorization postgres",
    "set role postgres",
    "alter system set log_statement = 'all'",
    "set session_replication_role = replica",
    "select rolpassword from pg_authid",
    "select * from pg_hba_file_rules",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('/')",
    "select lo_import('/etc/passwd')",
    "copy packages to '/tmp/out'",
    "copy packages to program 'id'",
    "copy packages from program 'id'",
    "create extension file_fdw",
    "create event trigger mine on ddl_command_start execute function mine()",
    "create tablespace mine location '/tmp'",
    "load 'auto_explain'",
    "create function mine() returns int language c as 'x', 'y'",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
    "select pg_reload_conf()",
    "drop database postgres",
    "alter database postgres owner to scorer",
    "create subscription mine connection 'host=127.0.0.1' publication mine",
)
"""What neither may."""


@contextmanager
def connected(stores: Stack, role: str) -> Iterator[psycopg.Connection]:
    """A connection of its own, with the role's own guard against writing taken away first."""
    with psycopg.connect(stores.database.url(role), autocommit=True) as database:
        database.execute("set default_transaction_read_only = off")
        yield database


def relations(stores: Stack) -> list[str]:
    """Return every table, view and partition that there is, from the database itself."""
    with connected(stores, WRITER) as database:
        rows = database.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p', 'm', 'v') order by 1"
        ).fetchall()
    return [name for (name,) in rows]


def refused(database: psycopg.Connection, statement: SQL | str) -> None:
    with pytest.raises(REFUSED):
        database.execute(statement)  # type: ignore[arg-type]


def test_the_api_may_read_every_table_and_write_none(stores: Stack) -> None:
    names = relations(stores)
    assert {"packages", "runs", "outbox", "package_list", "dead_letters"} <= set(names)
    assert len(names) > 20
    with connected(stores, READER) as database:
        for name in names:
            database.execute(SQL("select * from {} limit 1").format(Identifier(name)))
            for write in WRITES:
                refused_or_wrong_kind(database, SQL(write).format(Identifier(name)))


def refused_or_wrong_kind(database: psycopg.Connection, statement: SQL) -> None:
    """Some statements are none for a view; that is no way in either, and never a success."""
    none = (errors.WrongObjectType, errors.UndefinedFunction, errors.FeatureNotSupported)
    with pytest.raises((*REFUSED, *none)):
        database.execute(statement)


def test_no_column_of_any_table_can_be_changed_by_the_api(stores: Stack) -> None:
    with connected(stores, READER) as database:
        columns = database.execute(
            "select table_name, column_name from information_schema.columns c"
            " where table_schema = 'public' and exists (select from pg_tables t"
            " where t.tablename = c.table_name)"
        ).fetchall()
        assert len(columns) > 150
        for table, column in columns:
            change = SQL("update {} set {} = default").format(Identifier(table), Identifier(column))
            refused(database, change)


@pytest.mark.parametrize("statement", OF_THE_OWNER)
def test_what_only_the_owner_may_is_refused_to_the_api(stores: Stack, statement: str) -> None:
    with connected(stores, READER) as database:
        refused(database, statement)


@pytest.mark.parametrize("statement", OF_THE_ADMINISTRATOR)
@pytest.mark.parametrize("role", [READER, WRITER])
def test_what_only_an_administrator_may_is_refused_to_both(
    stores: Stack, role: str, statement: str
) -> None:
    with connected(stores, role) as database, pytest.raises(psycopg.Error) as caught:
        database.execute(statement)
    known = (*REFUSED, errors.UndefinedFunction, errors.UndefinedFile, errors.FeatureNotSupported)
    assert isinstance(caught.value, known), caught.value
    assert not isinstance(caught.value, errors.UndefinedFunction) or "event trigger" in statement


def test_neither_role_is_more_than_a_login(stores: Stack) -> None:
    with connected(stores, WRITER) as database:
        rows = database.execute(
            "select rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
            " from pg_roles where rolname in ('scorer', 'api') order by 1"
        ).fetchall()
        members = database.execute(
            "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member"
            " where r.rolname in ('scorer', 'api')"
        ).fetchone()
    assert rows == [("api", *[False] * 5), ("scorer", *[False] * 5)]
    assert members == (0,)


def test_nothing_is_granted_but_reading_to_the_api(stores: Stack) -> None:
    with connected(stores, WRITER) as database:
        grants = database.execute(
            "select distinct case when a.grantee = 0 then 'public'"
            " else a.grantee::regrole::text end, a.privilege_type, a.is_grantable"
            " from pg_class c cross join aclexplode(c.relacl) a"
            " where c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner"
        ).fetchall()
    assert grants == [("api", "SELECT", False)]


def test_no_function_of_ours_lends_its_owners_rights(stores: Stack) -> None:
    with connected(stores, WRITER) as database:
        lending = database.execute(
            "select p.oid::regprocedure from pg_proc p where p.prosecdef"
            " and p.pronamespace = 'public'::regnamespace"
        ).fetchall()
    assert lending == []


def test_a_table_made_after_the_grants_is_read_by_the_api_and_written_by_nobody_else(
    stores: Stack,
) -> None:
    """A rebuild makes a new table and swaps it in: readers must see it, and no more."""
    with connected(stores, WRITER) as owner, connected(stores, READER) as reader:
        owner.execute("create table built_aside (x int)")
        try:
            assert reader.execute("select count(*) from built_aside").fetchone() == (0,)
            refused(reader, "insert into built_aside values (1)")
        finally:
            owner.execute("drop table built_aside")


def test_the_api_is_read_only_and_bounded_in_time_by_its_role_alone(stores: Stack) -> None:
    with psycopg.connect(stores.database.url(READER)) as database:
        shown = {
            name: (database.execute(f"show {name}").fetchone() or ("",))[0]
            for name in ("default_transaction_read_only", "statement_timeout")
        }
    assert shown == {"default_transaction_read_only": "on", "statement_timeout": "5s"}
