"""What can go wrong with a photograph or with the machine. Each `code` is part of the API's contract."""


class ClassifierError(Exception):
    """A refusal with a stable code; its text may be shown to visitors."""

    code = "machine_unavailable"


class UnreadablePhoto(ClassifierError):
    """Truncated, damaged, or more pixels than the limit."""

    code = "unreadable_photo"


class UnsupportedFormat(ClassifierError):
    """Not a JPEG, PNG or WebP file."""

    code = "unsupported_format"


class MachineUnavailable(ClassifierError):
    """A model's file is missing or altered, or no worker holds it. Says which."""

    code = "machine_unavailable"
