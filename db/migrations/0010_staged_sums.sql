-- What a staged batch of downloads holds by day, so that gates need not open the batch. Owner: scorer.

alter table run_batches add column sums jsonb;
