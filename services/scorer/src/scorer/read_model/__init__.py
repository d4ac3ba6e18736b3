"""The tables that readers see, built beside the old ones and swapped in."""
