from dataclasses import dataclass
from hierarchy.policy import Standing
@dataclass(frozen=True)
class Word:
    wnid: str
    lemmas: tuple
    gloss: str
    standing: Standing
    paths: tuple
def look_up(wnids):
    return {}
