-- name: search_exact
-- The package of this very name.
select name, display_name, summary, last_month, security_status
from package_list where name = :name;

-- name: search_known_prefix
-- The most used names behind a few letters, or behind a prefix that many names share: made with the
-- read model.
select l.name, l.display_name, l.summary, l.last_month, l.security_status
from search_prefixes s join package_list l using (package_id)
where s.prefix = :prefix
order by s.position
limit :most;

-- name: search_prefix
-- The most used names behind any other prefix.
select name, display_name, summary, last_month, security_status
from package_list
where name ~>=~ :prefix and name ~<~ :beyond
order by last_month desc, name
limit :most;

-- name: search_named
-- Packages of these names, in their order.
select name, display_name, summary, last_month, security_status
from package_list
where name = any(:names::text[])
order by array_position(:names::text[], name);

-- name: search_typo
-- Names that share most of their trigrams with what was typed, the most used first.
select name, display_name, summary, last_month, security_status
from package_list
where name % :typed
order by last_month desc, similarity(name, :typed) desc, name
limit :most;

-- name: search_words
-- Packages whose topics, or the words of whose summary, hold all that was typed.
select name, display_name, summary, last_month, security_status
from package_list
where topics @> :topics::text[]
union
select name, display_name, summary, last_month, security_status
from package_list
where to_tsvector('english', coalesce(summary, '')) @@ plainto_tsquery('english', :typed)
    and last_month >= 1000
order by last_month desc, name
limit :most;
