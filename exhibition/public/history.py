"""What is known of ImageNet Roulette, as claims with the source of each. Claims that differ stand side by side.

No date, page or author is given that its source was not seen to give.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that is said of the work: each value beside the source that says so."""

    what: Promise
    values: tuple[tuple[Promise | str, Promise | str], ...]


HISTORY = (
    Claim(
        _("Made by"),
        (
            (
                _(
                    "Leif Ryge with Trevor Paglen and Kate Crawford, "
                    "as the web extension of the exhibition Training Humans"
                ),
                _("BuzzFeed News, September 2019"),
            ),
        ),
    ),
    Claim(
        _("Shown"),
        (
            (
                _("Training Humans, Osservatorio Fondazione Prada, Milan, 12 September 2019 to 24 February 2020"),
                "digicult; arXiv 2009.01215",
            ),
            (_("Later in a gallery version, as a live mirror"), "machine-vision.no"),
        ),
    ),
    Claim(
        _("How it worked"),
        (
            (
                _("A face detector; each face handed to the model; the picture returned with boxes and labels"),
                "Excavating AI",
            ),
            (
                _("“an open-source Caffe deep learning framework”, trained on the pictures and labels of persons"),
                "Excavating AI",
            ),
            (
                _("A thin neon-green square with a label in black and green at its top left"),
                _("frieze, 20 September 2019"),
            ),
        ),
    ),
    Claim(_("It promised"), ((_("“does not store the photos people upload”"), _("popbuzz, 17 September 2019")),)),
    Claim(
        _("At its peak"),
        ((_("“as many as 100,000 labels an hour”"), _("The New York Times, via artnet")),),
    ),
    Claim(
        _("Ended online"),
        ((_("27 September 2019; it “has achieved its goals”"), _("notice on the site, via archived pages")),),
    ),
    Claim(
        _("Categories of persons"),
        (
            (_("2,833"), "Excavating AI"),
            (_("2,832"), _("audit of ImageNet’s persons, Yang et al., 2020")),
            (_("“over 2,500”"), _("the work’s own site")),
            (_("2,395 trained"), "WIRED"),
        ),
    ),
    Claim(
        _("Pictures removed from ImageNet afterwards"),
        (
            (_("“over 600K”"), _("coolhunting, citing The Art Newspaper")),
            (_("“more than half a million”"), "artnet"),
        ),
    ),
    Claim(
        _("Why they were removed is disputed"),
        (
            (_("Because of the artwork"), _("the press")),
            (_("Work on it had begun on 1 September 2018"), _("ImageNet’s statement of 17 September 2019")),
            (_("ImageNet’s paper on it never mentions ImageNet Roulette"), "Birhane & Prabhu"),
        ),
    ),
    Claim(
        _("The audit of the words"),
        ((_("Of 2,832 entries, 1,593 unsafe; 1,239 temporarily safe, 158 of these visual"), "Yang et al., 2020"),),
    ),
)
