-- name: publication^
-- What readers see now.
select generation, data_through from publication;

-- name: definitions$
-- The scoring's own definitions, from which explanations are made.
select definitions from publication;
