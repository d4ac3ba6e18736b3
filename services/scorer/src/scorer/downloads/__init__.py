"""Daily downloads: batches, packed months, labels, and the finish of a run of them."""
