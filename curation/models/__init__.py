"""What curation keeps: one concept a file."""

from curation.models.api_key import ApiKey
from curation.models.consent import ConsentTally
from curation.models.tally import EvidenceTally, Tally, Telling

__all__ = ["ApiKey", "ConsentTally", "EvidenceTally", "Tally", "Telling"]
