"""What can go wrong with a photograph or with the machine. Each `code` is part of the API's contract."""

from typing import ClassVar


class ClassifierError(Exception):
    """A refusal with a stable code; its text may be shown to visitors."""

    code: ClassVar[str]


class UnreadablePhoto(ClassifierError):
    """Truncated, damaged, or more pixels than the limit."""

    code = "unreadable_photo"


class UnsupportedFormat(ClassifierError):
    """Not a JPEG, PNG or WebP file."""

    code = "unsupported_format"


class MachineUnavailable(ClassifierError):
    """A model's file is missing or altered, or no worker holds it. Says which."""

    code = "machine_unavailable"


class UnfitForWall(ClassifierError):
    """A picture sent for the walls is not the visit's."""


class UnreadableDisplay(UnfitForWall):
    """It cannot be read, or is more than a picture."""

    code = "display_unreadable"


class NoFace(UnfitForWall):
    """It shows nobody."""

    code = "display_no_face"


class SeveralFaces(UnfitForWall):
    """It shows more than one person, and only one was asked."""

    code = "display_several_faces"


class AnotherFace(UnfitForWall):
    """Its face is elsewhere than the visit's."""

    code = "display_another_face"
