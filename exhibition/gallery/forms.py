"""What the staff send from the page of screens."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exhibition.gallery.models import Screen


class ApprovalForm(forms.Form):
    """The code that a device shows, and the screen that it shall become."""

    code = forms.CharField(
        label=_("Code on the screen"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    screen = forms.ModelChoiceField(Screen.objects.all(), to_field_name="slug", empty_label=None, label=_("Becomes"))


class ScreenForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker alone
    """A new place for a device."""

    class Meta:
        model = Screen
        fields = ["name", "slug", "kind", "room"]
