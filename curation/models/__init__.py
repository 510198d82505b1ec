"""What curation keeps: one concept a file."""

from curation.models.tally import EvidenceTally, Tally, Telling

__all__ = ["EvidenceTally", "Tally", "Telling"]
