"""The documents that the api answers with, described for readers: fields, units, examples.

Answers are made elsewhere, from rows, and encoded without these; a test holds every answer against
them.
"""
