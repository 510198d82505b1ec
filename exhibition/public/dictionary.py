"""The dictionary's pages: an entry, the root with what stands below it, a search. Words come already treated."""

from functools import cache

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from exhibition.public import wording
from hierarchy import pages, rules
from hierarchy.entries import PERSON
from hierarchy.pages import SearchPage, StatedMark
from hierarchy.search import LONGEST_QUERY

RESULTS_A_PAGE = 20


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """The root of the persons, and what stands right below it."""
    return page(request, PERSON, gate=reverse("public:synset-reveal", args=[PERSON]), is_root=True)


@require_safe
def synset(request: HttpRequest, wnid: str) -> HttpResponse:
    """One entry."""
    return page(request, wnid, gate=reverse("public:synset-reveal", args=[wnid]))


# A POST, so that no link and no crawler opens an entry. It changes nothing, so there is nothing to forge, and the
# dictionary's pages stay free of cookies.
@csrf_exempt
@require_POST
def reveal(request: HttpRequest, wnid: str) -> HttpResponse:
    """One entry, asked for."""
    return page(request, wnid, gate=reverse("public:synset-reveal", args=[wnid]), asked=True)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the dictionary has for `q`, a page of results at a time."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found = _search(query, request.GET.get("page", "")) if query else None
    return render(request, "exhibition/search.html", {"query": query, "found": found})


def page(
    request: HttpRequest,
    wnid: str,
    *,
    gate: str,
    asked: bool = False,
    is_root: bool = False,
    from_a_picture: bool = False,
) -> HttpResponse:
    """The page of `wnid`. `gate` is where a closed entry is asked for.

    An entry reached from a picture gives nothing of itself, not even its id, before it was asked for.

    Raises:
        Http404: the dictionary has no such entry.
    """
    found = pages.synset_page(wnid, revealed=asked)
    if found is None:
        raise Http404
    context = {
        "entry": found,
        "gate": gate,
        "kept_closed": found.lemmas is None,
        "harm": wording.ENTRY[found.harm] if found.harm else None,
        "marks": [(mark, wording.ENTRY[mark.category], wording.LEVEL[mark.level], _why(mark)) for mark in found.marks],
        "is_root": is_root,
        "from_a_picture": from_a_picture,
        "back": reverse("public:hierarchy") if from_a_picture else reverse("public:synset", args=[wnid]),
    }
    closed = from_a_picture and found.lemmas is None
    return render(request, "exhibition/closed_entry.html" if closed else "exhibition/synset.html", context)


def _search(query: str, number: str) -> tuple[SearchPage, int, int]:
    """The results of one page, its number, and how many pages there are."""
    count = pages.search_page(query, limit=0).count
    wanted = Paginator(range(count), RESULTS_A_PAGE).get_page(number or 1)
    offset = (wanted.number - 1) * RESULTS_A_PAGE
    return pages.search_page(query, limit=RESULTS_A_PAGE, offset=offset), wanted.number, wanted.paginator.num_pages


@cache
def _rules() -> dict[str, rules.Rule]:
    return {rule.id: rule for rule in rules.read_rules()}


def _why(mark: StatedMark) -> tuple[Promise | None, list[str]]:
    """Why a default rule gave the mark, and the entries whose branches it speaks of."""
    rule = _rules().get(mark.rule)
    if rule is None:
        return None, []
    return wording.RULE[rule.kind], rule.argument.split() if rule.kind == "hyponyms_of" else []
