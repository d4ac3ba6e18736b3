"""Processes of the stack: started, known to be ready, watched, ended by identity."""
