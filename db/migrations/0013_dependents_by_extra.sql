-- Who requires a package with an extra is counted on its page, apart from who always does: without
-- `extra` in the index the most required package costs a look at each of its rows. Owner: scorer.

create index dependencies_requires_extra on dependencies (requires, extra);
drop index dependencies_requires;
