-- Scores and labels; rewritten whole by every run. Owner: scorer.

create table scores (
    package_id        integer primary key,
    health            real,
    health_confidence real,
    momentum          real,
    week_over_week    real,
    enough_data       boolean not null,
    maintenance       text not null,
    category          text not null,
    python_support    text not null,
    license_class     text not null,
    cadence           text not null,
    contributor_risk  text not null,
    engagement        real,
    insights          text[] not null default '{}',
    family            text,                        -- packages of one repository share it
    explanation       bytea not null               -- rules that fired, facts, shares of points: laid out
                                                   -- by the definitions, read by servicekit.explanation
);

create table score_history (
    package_id    integer not null,
    week          date not null,                   -- its Monday
    health        real,
    momentum      real,
    rules_version text not null,
    primary key (package_id, week)
);
