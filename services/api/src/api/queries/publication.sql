-- name: publication^
-- What readers see now.
select generation, data_through from publication;

-- name: published_ago$
-- Seconds since readers were given what they see now.
select coalesce(extract(epoch from now() - published_at), 0)::float8 from publication;

-- name: definitions$
-- The scoring's own definitions, from which explanations are made.
select definitions from publication;
