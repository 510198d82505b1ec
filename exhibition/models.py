"""The exhibition's own rows: screens, and what makes a device one of them."""

from exhibition.gallery.models import Kind, Pairing, Screen

__all__ = ["Kind", "Pairing", "Screen"]
