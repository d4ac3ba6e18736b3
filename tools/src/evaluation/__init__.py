"""Services' own judgements run over files, without a bus: to be measured by others, and fitted."""
