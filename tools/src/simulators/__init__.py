"""Plays the sources over their own wire protocols from a data set folder."""
