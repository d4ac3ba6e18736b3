"""From rows to the documents that the api answers with."""
