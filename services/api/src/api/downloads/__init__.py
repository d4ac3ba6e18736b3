"""Downloads over time and by label, in our own shapes and in the peers'."""
