-- Daily downloads, packed per package and month. Owner: scorer.
-- A packed month is one byte for the width of a value (1, 2, 3, 4 or 8 bytes, 0: all zero),
-- then one little-endian value a day; all bits set is a gap: the source had nothing that day.

create table downloads_month (
    package_id integer not null,
    month      date not null,
    days       bytea not null,                     -- all installers
    mirrors    bytea not null,                     -- the part of it fetched by mirrors
    primary key (package_id, month)
) partition by range (month);

-- One partition a year, made when its first day comes.
create function ensure_year(parent text, year integer) returns void language plpgsql as $$
begin
    if to_regclass(format('%s_%s', parent, year)) is null then
        -- Two finishers may come here at once; the second finds it made.
        perform pg_advisory_xact_lock(hashtext(parent), year);
        execute format('create table if not exists %I partition of %I for values from (%L) to (%L)',
                       format('%s_%s', parent, year), parent,
                       make_date(year, 1, 1), make_date(year + 1, 1, 1));
    end if;
end $$;

-- What the source told of each day; a day without a row is a gap.
create table source_days (
    day           date primary key,
    total         bigint not null,                 -- all packages, all installers
    mirrors       bigint not null,                 -- the part of it fetched by mirrors
    source        text not null,
    unknown_share real,
    run_id        text not null
);

create table corrections (
    day      date not null,
    run_id   text not null,
    packages integer not null,
    change   bigint not null,                      -- downloads added, negative: taken away
    primary key (day, run_id)
);

-- Sums over all history, kept in step with the months by the same transaction.
create table download_totals (
    package_id integer primary key,
    total      bigint not null,
    mirrors    bigint not null,
    first_day  date,                               -- first day with a download
    collected  date not null                       -- newest day of the run that last brought it
);

-- Everything lists need of downloads; rewritten whole by each run of downloads.
create table recent_downloads (
    package_id          integer primary key,
    collected           date not null,             -- newest day of the run that last brought it
    first_day           date,                      -- first day with a download
    last_day            bigint not null,           -- without mirrors, as are the next three
    last_week           bigint not null,
    last_month          bigint not null,
    total               bigint not null,
    all_last_day        bigint not null,           -- with mirrors, as are the next three
    all_last_week       bigint not null,
    all_last_month      bigint not null,
    all_total           bigint not null,
    weeks               bigint[] not null,         -- 28 weeks up to the newest day, without mirrors, gaps null
    sparkline           bigint[] not null          -- 30 days up to the newest day, without mirrors, gaps null
);

create table labels (
    label_id  integer generated always as identity primary key,
    dimension text not null,
    label     text not null,                       -- the empty string is unknown
    unique (dimension, label)
);

create table breakdown_month (
    package_id integer not null,
    label_id   integer not null,
    month      date not null,
    days       bytea not null,
    primary key (package_id, label_id, month)
) partition by range (month);
