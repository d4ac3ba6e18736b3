-- What a package's own Simple page told, and since when it is missing in the list. Owner: scorer.
-- Names that were taken for gone before anybody had asked for their page are asked for once.

alter table packages
    add column page_etag text,               -- of the Simple page whose status is stored
    add column status_seen_at timestamptz,   -- last look at that page
    add column unlisted_since date;          -- left out of PyPI's list: gone, or in quarantine
update packages set unlisted_since = gone_since where gone_since is not null;
