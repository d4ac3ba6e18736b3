"""The one sentence a person gets when the stack cannot go on."""


class StackError(Exception):
    """Something a person must know or change, said in one sentence."""
