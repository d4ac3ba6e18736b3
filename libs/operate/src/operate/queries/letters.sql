-- name: recent(most, replayed)
-- The letters kept last.
select id, service, subject, run_id, errors, deliveries, died_at, replayed_at, body
from dead_letters where replayed_at is null or :replayed
order by id desc limit :most;

-- name: one(letter_id)^
-- One letter with its whole message.
select id, service, subject, run_id, errors, deliveries, died_at, replayed_at, body
from dead_letters where id = :letter_id;
