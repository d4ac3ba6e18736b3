-- What PyPI says of packages. Owner: scorer.

create table packages (
    package_id            integer generated always as identity primary key,
    name                  text not null unique,    -- canonical, PEP 503
    serial                bigint,                  -- newest serial in PyPI's list of names
    read_serial           bigint,                  -- serial when its document was last read
    first_seen            date,                    -- in PyPI's list or in the downloads
    last_seen             date,                    -- last day in PyPI's list
    gone_since            date,
    etag                  text,
    observed_at           timestamptz,             -- last look that brought or confirmed facts
    outcome               text,                    -- how the last look ended
    outcome_reason        text,
    display_name          text,
    version               text,
    summary               text,
    released              date,
    first_release         date,
    release_count         integer,
    releases_last_year    integer,
    yanked                boolean not null default false,
    yanked_reason         text,
    requires_python       text,
    minimum_python        text,
    development_status    smallint,
    license               text,
    license_class         text,
    project_status        text not null default 'active',
    status_reason         text,
    classifiers           text[] not null default '{}',
    keywords              text[] not null default '{}',
    links                 jsonb not null default '{}',
    owners                text[] not null default '{}',
    maintainers           text[] not null default '{}',
    vulnerabilities       text[] not null default '{}',
    releases              jsonb not null default '[]',
    repository_name       text,                    -- owner/name chosen from the links
    repository_confidence real,
    repository_reason     text,
    repository_id         bigint,                  -- once GitHub has answered
    repository_outcome    text,
    repository_problem    text,
    repository_asked      text,                    -- owner/name that led to repository_id
    repository_asked_at   timestamptz
);
create index packages_repository on packages (repository_id) where repository_id is not null;

create table dependencies (
    package_id integer not null references packages on delete cascade,
    requires   text not null,                      -- canonical name
    extra      boolean not null,                   -- required by an extra only
    primary key (package_id, requires)
);
create index dependencies_requires on dependencies (requires);

create table repositories (
    repository_id        bigint primary key,
    full_name            text not null,
    description          text,
    stars                integer not null,
    forks                integer not null,
    watchers             integer,
    open_issues          integer,
    open_pulls           integer,
    issues_and_pulls     integer not null default 0,
    closed_issues        integer,
    topics               text[] not null default '{}',
    license              text,
    language             text,
    homepage             text,
    archived             boolean not null default false,
    fork                 boolean not null default false,
    created              date,
    last_push            timestamptz,
    releases             integer,
    commits_last_year    integer,
    commits_last_90_days integer,
    commits_since_release integer,
    contributors         integer,
    half_of_commits_by   integer,
    merged_pulls_last_year integer,
    discussions          integer,
    etag                 text,
    observed_at          timestamptz not null,
    deep_observed_at     timestamptz,
    outcome              text not null,
    problem              text,
    gone_since           date
);
create index repositories_name on repositories (lower(full_name));

create table repository_history (
    repository_id bigint not null,
    day           date not null,
    stars         integer not null,
    forks         integer not null,
    primary key (repository_id, day)
);
