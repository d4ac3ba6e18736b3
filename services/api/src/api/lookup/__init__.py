"""Many packages at once: what is pasted is read, looked up, and judged by what deserves a look."""
