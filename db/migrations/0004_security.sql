-- Advisories and findings. Owner: scorer.

create table advisories (
    advisory_id text primary key,
    aliases     text[] not null default '{}',
    kind        text not null,
    severity    text not null,
    score       real,
    summary     text not null,
    details     text not null,
    url         text not null,
    published   timestamptz,
    modified    timestamptz,
    withdrawn   timestamptz
);
create index advisories_published on advisories (published desc nulls last, advisory_id);

create table advisory_packages (
    advisory_id text not null references advisories on delete cascade,
    name        text not null,
    ranges      text[] not null default '{}',
    fixed_in    text[] not null default '{}',
    primary key (advisory_id, name)
);
create index advisory_packages_name on advisory_packages (name);

create table findings (
    package_id  integer not null references packages on delete cascade,
    kind        text not null,
    id          text not null,
    source      text not null,
    severity    text not null,
    summary     text not null,
    url         text not null,
    since       date,
    fixed_in    text,
    aliases     text[] not null default '{}',
    probability real,
    evidence    text[] not null default '{}',
    found       date not null,                     -- day of the run that first found it
    lifted      date,                              -- day of the run that found it gone
    primary key (package_id, kind, id)
);
create index findings_open on findings (package_id) where lifted is null;

create table package_security (
    package_id         integer primary key references packages on delete cascade,
    examined           date not null,
    version            text,
    safe_version       text,
    median_days_to_fix integer
);
