-- What all packages together tell of a repository that several of them name. Owner: scorer.

alter table packages
    add column repository_told real,               -- confidence as the package's own links give it
    add column repository_told_reason text,
    add column repository_resemblance text,        -- same, part, owner, some or none
    add column repository_directory text,          -- the package's folder, where its link tells
    add column repository_shared_by integer;       -- packages that name the repository
