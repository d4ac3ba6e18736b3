"""What an operator must know, in one sentence."""


class OperatorError(Exception):
    """A command cannot do its work; the message is the sentence to show."""
