"""Arithmetic on a scheme's graph. WordNet is no tree: a synset may have several parents, and so several paths."""

from collections.abc import Mapping, Sequence

Parents = Mapping[str, Sequence[str]]


def children_of(parents: Parents) -> dict[str, list[str]]:
    """The graph turned round: for each wnid its direct hyponyms, in wnid order."""
    children: dict[str, list[str]] = {wnid: [] for wnid in parents}
    for wnid in sorted(parents):
        for parent in parents[wnid]:
            children[parent].append(wnid)
    return children


def topological(parents: Parents) -> list[str]:
    """Every wnid after all its parents.

    Raises:
        ValueError: the graph has a cycle, which WordNet's nouns have not.
    """
    children = children_of(parents)
    waiting = {wnid: len(above) for wnid, above in parents.items()}
    ready = sorted((wnid for wnid, count in waiting.items() if count == 0), reverse=True)
    order: list[str] = []
    while ready:
        wnid = ready.pop()
        order.append(wnid)
        for child in children[wnid]:
            waiting[child] -= 1
            if waiting[child] == 0:
                ready.append(child)
    if len(order) != len(parents):
        raise ValueError("The hypernyms go round in a circle.")
    return order


def closure(parents: Parents) -> dict[str, dict[str, int]]:
    """For each wnid all its ancestors with the least number of steps up to each; itself at 0."""
    above: dict[str, dict[str, int]] = {}
    for wnid in topological(parents):
        steps = {wnid: 0}
        for parent in parents[wnid]:
            for ancestor, depth in above[parent].items():
                steps[ancestor] = min(depth + 1, steps.get(ancestor, depth + 1))
        above[wnid] = steps
    return above


def paths(parents: Parents) -> dict[str, list[tuple[str, ...]]]:
    """For each wnid every path from a root down to it, in the order of its hypernyms."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for wnid in topological(parents):
        found[wnid] = [(*path, wnid) for parent in parents[wnid] for path in found[parent]] or [(wnid,)]
    return found


def below(children: Mapping[str, Sequence[str]], wnid: str) -> set[str]:
    """`wnid` and every hyponym of it at any depth; empty when the graph does not hold it."""
    found: set[str] = set()
    waiting = [wnid] if wnid in children else []
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children[one]
    return found
