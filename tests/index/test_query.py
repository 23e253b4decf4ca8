"""Our own node of the query tree is plain data like Whoosh's."""

from __future__ import annotations

import pytest

from index.query import AcrossFields


def test_nodes_with_equal_parts_are_equal() -> None:
    node = AcrossFields("rail", {"title": 2.0, "body": 1.0}, boost=3.0)
    assert node == AcrossFields("rail", {"title": 2.0, "body": 1.0}, boost=3.0)
    assert hash(node) == hash(AcrossFields("rail", {"title": 2.0, "body": 1.0}, boost=3.0))
    for other in (AcrossFields("rails", node.boosts, 3.0), AcrossFields("rail", {"title": 2.0}, 3.0), "rail"):
        assert node != other
    assert node != AcrossFields("rail", node.boosts)


def test_a_node_says_what_it_is() -> None:
    node = AcrossFields("rail", {"title": 2.0})
    assert str(node) == "rail"
    assert repr(node) == "AcrossFields('rail', {'title': 2.0}, boost=1.0)"
    assert list(node.terms()) == [("title", "rail")]
    assert node.is_leaf()


def test_whoosh_is_not_left_to_match_it() -> None:
    with pytest.raises(TypeError, match="must be translated"):
        AcrossFields("rail", {"title": 1.0}).matcher(None)
