-- How many packages lists have for each combination of labels, so that filters can say what each of
-- their values would leave. Owner: scorer.

create table list_counts (
    category       text,
    maintenance    text,
    license_class  text,
    python_support text,
    cadence        text,
    packages       integer not null
);
