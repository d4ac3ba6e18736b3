"""What the scores are worth: files in, figures out; the service does not use it."""
