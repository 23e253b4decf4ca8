"""A caption's text and the credit in it are told apart, in the ways that papers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Caption
from indexer.formats.captions import split_credit, take_pictures
from indexer.formats.markup import blocks
from indexer.safety import parse_html_text


@pytest.mark.parametrize(
    ("text", "said", "credit"),
    [
        ("A bridge. (Photo: Jane Roe/AFP)", "A bridge.", "Jane Roe/AFP"),
        ("A bridge. Photograph: Jane Roe", "A bridge.", "Jane Roe"),
        ("A bridge. Photo by Jane Roe", "A bridge.", "Jane Roe"),
        ("Eine Brücke. (Foto: dpa)", "Eine Brücke.", "dpa"),
        ("Eine Brücke (Symbolfoto: picture alliance/dpa | Jane Roe)", "Eine Brücke", "picture alliance/dpa | Jane Roe"),
        ("Eine Brücke | Bild: Jane Roe/rbb", "Eine Brücke", "Jane Roe/rbb"),
        ("Een brug. — © BELGA", "Een brug.", "BELGA"),
        ("A bridge. | Jane Roe/PA Images via Getty Images", "A bridge.", "Jane Roe/PA Images via Getty Images"),
        ("A bridge. Jane Roe/Getty Images", "A bridge.", "Jane Roe/Getty Images"),
        ("A man crosses a bridge (AP Photo/Jane Roe)", "A man crosses a bridge", "AP Photo/Jane Roe"),
        ("A bridge. (Photo: family album)", "A bridge.", "family album"),
        ("Photograph: Jane Roe", "", "Jane Roe"),
        ("© Jane Roe", "", "Jane Roe"),
    ],
)
def test_a_credit_is_split_from_the_caption(text: str, said: str, credit: str) -> None:
    assert split_credit(text) == Caption(said, credit)


@pytest.mark.parametrize(
    "text",
    [
        "The bigger picture: inflation is falling.",
        "A picture by Monet hangs in the hall.",
        "Jane Roe (left) and John Doe",
        "A bridge. (Symbolbild)",
        "Wins/losses in the team of 2019",
        "Copyright",
        "The mayor in 2020.",
    ],
)
def test_what_only_looks_like_a_credit_stays_in_the_caption(text: str) -> None:
    assert split_credit(text) == Caption(text)


@pytest.mark.parametrize(
    "markup",
    [
        "<figure><img><figcaption>A bridge. <span class=credit>Jane Roe</span></figcaption></figure>",
        "<figure><img><figcaption><span>A bridge.</span><small>Photo: Jane Roe</small></figcaption></figure>",
        "<figure><img><span class=photographer>Jane Roe</span><figcaption>A bridge.</figcaption></figure>",
        "<figure><img><figcaption>A bridge.</figcaption><cite>Jane Roe</cite></figure>",
        "<figure><img><figcaption><b>A bridge.</b><b itemprop=creditText>Jane Roe</b></figcaption></figure>",
        "<div class=photo><img><p class=caption>A bridge. (Photo: Jane Roe)</p></div>",
        "<div class=wp-caption><img><p class=wp-caption-text>A bridge. Photo: Jane Roe</p></div>",
        "<div class=image-box><img> A bridge. (Photo: Jane Roe)</div>",
        "<figure><img><figcaption>A bridge.<small>Bildrechte: Jane Roe</small></figcaption></figure>",
    ],
)
def test_captions_and_credits_are_found_in_the_markup_of_many_sites(markup: str) -> None:
    root = parse_html_text(f"<body>{markup}<p>Text.</p>").root
    assert take_pictures(root) == [Caption("A bridge.", "Jane Roe")]
    assert [block.text for block in blocks(root) if block.text] == ["Text."]


def test_a_picture_keeps_its_place_among_the_paragraphs() -> None:
    root = parse_html_text("<body><p>One</p><figure><img><figcaption>A</figcaption></figure>tail<p>Two</p>").root
    take_pictures(root)
    assert [(block.text, block.picture) for block in blocks(root)] == [
        ("One", None),
        ("", 0),
        ("tail", None),
        ("Two", None),
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<span class=text-caption>Log in</span>",
        "<p class=caption1>Politics</p>",
        "<figure><blockquote>A saying</blockquote></figure>",
        "<figure><table><tr><td>1</td></tr></table></figure>",
        f"<figure><figcaption>{'word ' * 400}</figcaption></figure>",
        "<div class=photo><img>By Jane Roe, reporter</div>",
    ],
)
def test_what_is_no_caption_stays_text(markup: str) -> None:
    root = parse_html_text(f"<body>{markup}").root
    assert take_pictures(root) == []
    assert any(block.text for block in blocks(root))


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["Photo:", "(", ")", "©", " by ", "A/B", "| ", "Jane", ". "])).map("".join)
)
def test_any_caption_is_split_without_loss_of_words(text: str) -> None:
    caption = split_credit(text)
    assert len(caption.text) + len(caption.credit or "") <= len(text)
