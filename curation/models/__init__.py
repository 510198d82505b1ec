"""What curation keeps: one concept a file."""

from curation.models.tally import EvidenceTally, Tally, count_telling, take_telling_back

__all__ = ["EvidenceTally", "Tally", "count_telling", "take_telling_back"]
