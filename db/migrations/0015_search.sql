-- What search finds by words, by import names and by names written together. Owner: scorer.

-- Core metadata 2.5's Import-Name and Import-Namespace, where PyPI gives them.
alter table packages add column import_names text[] not null default '{}';

-- For each word the packages that bear it, made with the read model: those that are likeliest meant
-- first, so that a word that half of all summaries hold costs no more than another.
create table search_words (
    kind        text not null,                     -- word: a stem; import: what is imported; joined: a name without hyphens
    word        text not null,
    packages    integer not null,                  -- how many bear it, also where fewer are kept
    package_ids integer[] not null,
    marks       integer[] not null,                -- use, place and field of each, as queries/search_words.sql packs them
    primary key (kind, word)
);

drop index package_list_words;
