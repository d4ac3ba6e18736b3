-- name: list_page
-- A part of a list: listing.py fills in the conditions and the order from its own tables.
select * from package_list where {where} order by {order} limit {limit};

-- name: list_count
-- How many packages a list has.
select count(*) from package_list where {where};

-- name: most_downloaded
-- Names of the most downloaded packages.
select name from package_list where not flagged order by last_month desc, name limit :most;
