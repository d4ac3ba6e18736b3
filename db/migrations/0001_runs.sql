-- Runs, their inbox and outbox, gates and dead letters. Owner: scorer.

create table runs (
    run_id        text primary key,
    kind          text not null check (kind in ('downloads', 'metadata', 'security', 'backfill')),
    day           date not null,
    first_day     date,
    window_days   integer not null,
    status        text not null default 'open'
                  check (status in ('open', 'applied', 'held', 'complete', 'partial', 'cancelled')),
    requested_at  timestamptz not null,
    deadline      timestamptz not null,
    expected      integer,                         -- batches; null until somebody has counted them
    applied       integer not null default 0,      -- batches taken in
    dead          integer not null default 0,      -- batches given up
    facts         jsonb,                           -- what the source said of itself
    released      boolean not null default false,  -- an operator lets it pass its gates
    reason        text,                            -- why it is held or partial
    counts        jsonb not null default '{}',
    missing       text[] not null default '{}',    -- at most 100 packages it should have brought
    missing_count integer not null default 0,
    completed_at  timestamptz,
    data_through  date,
    generation    bigint
);
create index runs_recent on runs (kind, day desc, requested_at desc);
create index runs_unfinished on runs (deadline) where status in ('open', 'applied', 'held');

-- The inbox: a batch is taken in once. Kinds that pass gates first keep their bodies here until then.
create table run_batches (
    run_id  text not null references runs on delete cascade,
    subject text not null,
    seq     integer not null,
    body    bytea,
    primary key (run_id, subject, seq)
);
alter table run_batches alter column body set storage external;

-- How many batches each planner has announced; a run's expected count is known once all have spoken.
create table run_plans (
    run_id  text not null references runs on delete cascade,
    planner text not null,                         -- source or scorer
    batches integer not null,
    primary key (run_id, planner)
);

create table gates (
    run_id   text not null references runs on delete cascade,
    gate     text not null,
    passed   boolean not null,
    measured double precision,
    bound    double precision,
    reason   text not null,
    primary key (run_id, gate)
);

create table outbox (
    id           bigint generated always as identity primary key,
    subject      text not null,
    msg_id       text not null unique,
    body         bytea not null,
    created_at   timestamptz not null default now(),
    published_at timestamptz
);
create index outbox_unpublished on outbox (id) where published_at is null;

create table dead_letters (
    id          bigint generated always as identity primary key,
    service     text not null,
    stream      text not null,
    sequence    bigint not null,
    subject     text not null,
    run_id      text,
    msg_id      text,
    body        bytea not null,
    errors      text[] not null,
    deliveries  integer not null,
    died_at     timestamptz not null,
    replayed_at timestamptz,
    unique (stream, sequence, service)
);

-- One row: what readers see now.
create table publication (
    only_row     boolean primary key default true check (only_row),
    generation   bigint not null default 0,
    data_through date,
    published_at timestamptz,
    definitions  jsonb not null default '{}'       -- the scoring's own definitions, for explanations
);
insert into publication default values;
