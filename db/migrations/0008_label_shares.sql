-- How much of a package's newest 30 days comes from its largest country and its largest installer.
-- One of them alone behind a sudden jump speaks for automation. Owner: scorer.

create table label_shares (
    package_id integer not null,
    dimension  text not null check (dimension in ('country', 'installer')),
    largest    real not null,                      -- 0 to 1, of what is known by label
    collected  date not null,
    primary key (package_id, dimension)
);
