"""The one way in which the programs refuse."""


class Refused(Exception):
    """What was asked cannot be done; the message is one sentence for the person who asked.

    It says what was expected, what was found and where. The commands print it and end
    with exit code 2; nothing has changed.
    """
