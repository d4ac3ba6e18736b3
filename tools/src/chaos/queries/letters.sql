-- name: kept()
-- Every message that was given up, the oldest first.
select subject, service, errors from dead_letters order by id;
