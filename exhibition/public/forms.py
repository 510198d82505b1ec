"""What visitors send through the public pages."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile


class PhotoForm(forms.Form):
    """One picture, and the consent of everyone in it. Its errors are the codes of `wording.PROBLEM`.

    The picture is neither decoded nor looked into here: that is for a worker.
    """

    consent = forms.BooleanField(error_messages={"required": "consent_missing"})
    photo = forms.FileField(
        allow_empty_file=True,
        error_messages={"required": "photo_missing", "missing": "photo_missing", "invalid": "photo_missing"},
    )

    def clean_photo(self) -> "UploadedFile[bytes]":
        """The picture, unless it is larger than `MAX_PHOTO_BYTES`."""
        photo: UploadedFile[bytes] = self.cleaned_data["photo"]
        if (photo.size or 0) > settings.MAX_PHOTO_BYTES:
            raise ValidationError("photo_too_large")
        return photo

    @property
    def code(self) -> str:
        """The first thing that is wrong, consent before all else."""
        for field in ("consent", "photo"):
            for message in self.errors.get(field, []):
                return str(message)
        raise ValueError("The form has no error.")


class LabelForm(forms.Form):
    """Which label of an answer is meant: faces in order from 0; a scene is 0."""

    label = forms.IntegerField(min_value=0, max_value=99)
    hide = forms.BooleanField(required=False)
