"""Arithmetic on a graph in which a synset may have several parents."""

import pytest

from hierarchy import graph

#     a
#    / \
#   b   c
#    \ / \
#     d   e
#      \ /
#       f
DIAMOND = {"f": ["d", "e"], "d": ["b", "c"], "e": ["c"], "b": ["a"], "c": ["a"], "a": []}


def test_every_way_down_is_a_path():
    assert graph.paths(DIAMOND)["f"] == [tuple("abdf"), tuple("acdf"), tuple("acef")]
    assert graph.paths(DIAMOND)["a"] == [("a",)]


def test_the_closure_counts_the_shortest_way():
    long_and_short = {"a": [], "b": ["a"], "c": ["b", "a"]}
    assert graph.closure(long_and_short)["c"] == {"c": 0, "b": 1, "a": 1}


def test_what_is_below_is_found_once_with_itself():
    children = graph.children_of(DIAMOND)
    assert graph.below(children, "c") == set("cdef")
    assert graph.below(children, "z") == set()


def test_parents_come_before_children():
    order = graph.topological(DIAMOND)
    assert all(order.index(parent) < order.index(child) for child, above in DIAMOND.items() for parent in above)


def test_a_circle_is_refused():
    with pytest.raises(ValueError, match="circle"):
        graph.paths({"a": ["b"], "b": ["a"]})
