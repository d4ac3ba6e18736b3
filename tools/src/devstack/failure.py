"""The one sentence a person gets when the stack cannot go on."""

from operate.failure import OperatorError


class StackError(OperatorError):
    """Something a person must know or change, said in one sentence."""
