"""Where in a page the article stands, and what of it is running text, a heading or a picture.

trafilatura points at the article: the paragraphs it finds tell which elements hold the text. Those elements, and the
others of the same make, are then read by our own rules, which keep headings and captions apart and find the parts
that trafilatura leaves out when a page cuts an article into several boxes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import trafilatura
from lxml import html

from indexer.formats.bylines import opens_byline
from indexer.formats.furniture import is_furniture, lists_other_stories
from indexer.formats.markup import HEADINGS, LONGEST_CLASS, Block, blocks, class_of, readable

LEAST_PARAGRAPH = 60
"""Letters of a paragraph that tells where the article stands; headlines, dates and labels are shorter."""
LEAST_IDEOGRAPHS = 20
MOST_LINKED = 0.4
"""Of such a paragraph, the share that may be links."""
ALL_LINK = 0.8
"""A block that is so much link leads elsewhere: “Read more”, a teaser, a list of tags."""
OVERLOOKED = 2.0
"""When one element holds so many times more text than all that trafilatura has found, trafilatura was misled."""
TAIL = 50
"""Letters at the end of a paragraph by which it is known again."""
ALSO_TEXT = 0.08
"""An element with this share of the text that was found belongs to the article, whatever its class."""
LONGEST_HEADING = 120
HEAD_BLOCKS, FOOT_BLOCKS = 12, 3
"""How many blocks around the text are searched for the writers and the date."""
LEAD_BLOCKS = 3
"""A picture so many blocks above the headline is still the article's."""

_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NOT_WORD = re.compile(r"\W+")

# Words that open a part of a class or id: what so marked stands inside an article is not part of its text.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:related|relacionad|teaser|promo|newsletter|recirc|share|sharing|social|comment|kommentar|sidebar"
    r"|foot(?:er|line)?(?=$|[\s_-])|footer|breadcrumb|caption|credit|by-?line|author|autor|advert|adslot"
    r"|(?:ads?|tags?|card|meta|dek|nav)(?=$|[\s_-])"
    r"|subscri|recommend|outbrain|taboola|most-?read|trending|cookie|consent|menu|hidden|info-?box|toolbar|timestamp"
    r"|copyright|gallery|slide-?show|embed|tweet|twitter|instagram|video|player|popular|sign-?up|disclaimer"
    r"|read-?(?:more|also|next)|more-?(?:on|from)|see-?also|collection|dateline|sr-only|screen-reader"
    r"|standfirst|lead-in|kicker|vorspann|intro-?text|paywall-?(?:box|banner|offer)|donat|spende|poll|quiz|fact-?box"
    r"|rating|topics?(?=$|[\s_-])|correction-?link|print-?only|skip-?link)"
)
_PICTURES_OF_OTHERS = re.compile(
    r"(?:^|[\s_-])(?:related|teaser|promo|newsletter|recirc|comment|sidebar|footer|author|autor|advert|recommend"
    r"|most-?read|trending|popular)"
)
# Utility classes say nothing about what an element is: `after:invisible`, `text-[17px]`, `w-1/2`.
_UTILITY = frozenset(":[/!")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HOSTED = frozenset({"p", "li", "blockquote", "pre", "td", "th", "dd", "dt"})
_CELLS = frozenset({"td", "th"})
_LISTED = frozenset({"td", "th", "li", "dt", "dd"})
_GUILLEMETS = re.compile("[«»]")
_SENTENCE_ENDS = '.!?…”"»’)。！？」'
# What stands between paragraphs and leads elsewhere, besides the lines that `furniture` knows.
_LABEL = re.compile(
    r"(?:read|see|watch|listen)\s(?:more|also|next)\b.*|read\s?:.*|more\s(?:on|from|about)\b.*|related(?:\s?:.*)?"
    r"|lest\sauch.*|lesen\ssie.*|mehr\szum\sthema.*|weitere\sinformationen|lire\saussi.*|à\slire.*"
    r"|l(?:ee|eia)\stambi.*|les\sogså.*|läs\s(?:också|mer).*|【?関連記事】?.*|stand:\s?\d.*|our\sstandards:.*|[_*/\s]+",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class MainText:
    """An article as read from its page.

    `pictures` are places in the list of the page's pictures; `before` and `after` the blocks between the headline
    and the text and right behind it, where writers and dates stand.
    """

    paragraphs: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    pictures: tuple[int, ...] = ()
    before: tuple[Block, ...] = ()
    after: tuple[Block, ...] = ()


NOTHING = MainText()


def main_text(root: html.HtmlElement, title: str | None = None, abstract: str | None = None) -> MainText:
    """The article of a page whose pictures were taken out before. `title` and `abstract` are not repeated in it."""
    body = root.find("body")
    everything = list(blocks(root if body is None else body))
    hosts = _hosts(everything, root)
    if not hosts:
        return NOTHING
    return _read(everything, hosts, {key(text) for text in (title, abstract) if text})


def key(text: str) -> str:
    """A text without what varies between two copies of it: letter case, spaces, punctuation."""
    return _NOT_WORD.sub("", text).lower()


def _found_by_trafilatura(root: html.HtmlElement) -> set[str]:
    """Keys of the paragraphs that trafilatura takes for the article's, and of their parts.

    It is shown only what is read here, and asked for much at once: when it has found little it would start anew to
    find more. Both together halve its time.
    """
    document = trafilatura.bare_extraction(
        readable(root), fast=True, favor_recall=True, include_comments=False, deduplicate=False, with_metadata=False
    )
    if document is None or isinstance(document, dict):  # a dict only on request
        return set()
    found = set()
    for element in document.body.iter("p", "item", "quote", "head", "cell", "code"):
        parts = [str(part) for part in element.itertext()]
        whole = key("".join(parts))
        found |= {whole, whole[-TAIL:]} if len(whole) > TAIL else {whole}
        found.update(key(part) for part in parts if len(part) >= LEAST_PARAGRAPH)
    return found


def _weight(block: Block) -> int:
    """Letters of a paragraph of running text, 0 for anything else."""
    if block.element.tag in HEADINGS or block.linked > MOST_LINKED:
        return 0
    length = len(block.text)
    if length < LEAST_PARAGRAPH and len(_IDEOGRAPHS.findall(block.text)) < LEAST_IDEOGRAPHS:
        return 0
    return length


def _host(block: Block) -> html.HtmlElement:
    """The element that holds a block and its neighbours."""
    parent = block.element.getparent()
    return parent if block.element.tag in _HOSTED and parent is not None else block.element


def _hosts(everything: Iterable[Block], root: html.HtmlElement) -> set[html.HtmlElement]:
    """The elements that hold the article's paragraphs: those trafilatura points at, and others of the same make.

    It takes 20 ms, and is not asked where one make is the article beyond dispute.
    """
    weighed = [(block, _host(block), weight) for block in everything if (weight := _weight(block))]
    own = [one for one in weighed if not _ASIDE.search(_words(one[1]))]
    if 2 * sum(weight for *_, weight in own) < sum(weight for *_, weight in weighed):
        own = weighed  # the words of class names mislead
    if not own:
        return _hosts_of_a_brief(everything, _found_by_trafilatura(root))
    makes: dict[html.HtmlElement, tuple[object, ...]] = {}
    held: Counter[tuple[object, ...]] = Counter()
    for _, host, weight in own:
        held[makes.setdefault(host, _make(host))] += weight
    main = max(held, key=held.__getitem__)
    text = {main}
    if _is_disputed(held, main):
        found = _found_by_trafilatura(root)
        held_found: Counter[tuple[object, ...]] = Counter()
        for block, host, weight in own:
            if _is_found(key(block.text), found):
                held_found[makes[host]] += weight
        if held[main] <= OVERLOOKED * held_found.total():
            main = max(held_found, key=held_found.__getitem__)
            text = {make for make, weight in held_found.items() if weight > ALSO_TEXT * held_found.total()}
    parents = {host.getparent() for host, make in makes.items() if make == main}
    return {host for host, make in makes.items() if make in text or make == main or host.getparent() in parents}


def _is_disputed(held: Counter[tuple[object, ...]], main: tuple[object, ...]) -> bool:
    """Whether trafilatura could point elsewhere than to the make that holds most of the text.

    It could not when it finds all of that make or nothing of it, and no other is large enough to count: so are two
    thirds of the 220 pages at hand, and the article of each is the same without it.
    """
    others = held.total() - held[main]
    return held[main] <= OVERLOOKED * others or any(
        weight > ALSO_TEXT * held[main] for make, weight in held.items() if make != main
    )


def _hosts_of_a_brief(everything: Iterable[Block], found: set[str]) -> set[html.HtmlElement]:
    """Of an article that has no full paragraph: what holds the few words that trafilatura finds."""
    return {
        _host(block)
        for block in everything
        if block.text
        and block.linked <= MOST_LINKED
        and block.element.tag not in HEADINGS
        and _is_found(key(block.text), found - {""})
        and not _is_label(block)
    }


def _is_found(text: str, found: set[str]) -> bool:
    """A drop cap may be missing at the start of what trafilatura found."""
    return text in found or text[-TAIL:] in found


def _make(element: html.HtmlElement) -> tuple[object, ...]:
    """What the boxes of one article have in common: tag, class, and the `article` or else the parent around them."""
    named = element.get("class")
    around = next(element.iterancestors("article", "main"), None) if named else None
    return element.tag, named, element.getparent() if around is None else around


def _read(everything: list[Block], hosts: set[html.HtmlElement], told: set[str]) -> MainText:
    region = _Region(hosts)
    kept = [
        block
        for block in everything
        if block.picture is None
        and block.linked < ALL_LINK
        and region.holds(block)
        and key(block.text) not in told
        and not _is_label(block)
    ]
    article = _without_edges(kept)
    paragraphs, headings = apart(article)
    if not article:
        return NOTHING
    start, first, last = _extent(everything, article)
    pictures = [
        block.picture
        for place, block in enumerate(everything)
        if block.picture is not None
        and (region.shows(block.element) or (start - LEAD_BLOCKS <= place < first and region.leads(block.element)))
    ]
    before = (block for block in everything[start:first] if block.text and block not in article)
    after = (block for block in everything[last + 1 : last + 1 + FOOT_BLOCKS] if block.text)
    return MainText(paragraphs, headings, tuple(pictures), tuple(before), tuple(after))


def _extent(everything: list[Block], article: list[Block]) -> tuple[int, int, int]:
    """The places of the headline (at most `HEAD_BLOCKS` before the text), of the text's first block and of its last."""
    places = {id(block): place for place, block in enumerate(everything)}
    text = [block for block in article if block.element.tag not in HEADINGS] or article
    first, last = places[id(text[0])], places[id(article[-1])]
    heads = [place for place in range(first) if everything[place].element.tag == "h1"]
    return max(heads[-1] if heads else 0, first - HEAD_BLOCKS), first, last


def _is_label(block: Block) -> bool:
    """“Read more:”, “Advertisement”, “By Jane Roe”, small print: what stands between paragraphs without being one."""
    if block.element.tag == "p" and len(block.element) == 1 and block.element[0].tag == "small":
        return True
    text = block.text
    if len(text) >= LEAST_PARAGRAPH:
        return False
    open_ended = text[-1] not in _SENTENCE_ENDS
    return bool(
        (open_ended and (leads_elsewhere(text) or opens_byline(text) or lists_other_stories(text)))
        or (is_furniture(text) and not _GUILLEMETS.search(text))  # these point to other pages in a plain text only
    )


def leads_elsewhere(text: str) -> bool:
    """Whether a line only leads to another story: “Read more: …”."""
    return _LABEL.fullmatch(text) is not None


def _without_edges(kept: list[Block]) -> list[Block]:
    """The blocks from the first full paragraph to the last, and whole sentences, lists and tables before and after.

    What is left out are dates, reading times, places to click, and headings without anything under them.
    """
    full = [place for place, block in enumerate(kept) if _weight(block)]
    if not full:
        return kept
    first, last = full[0], full[-1]

    def belongs(place: int, block: Block) -> bool:
        if first <= place <= last:
            return True
        if block.element.tag in HEADINGS:
            return place < first and block.element.tag != "h1"
        return block.element.tag in _LISTED or block.text[-1] in _SENTENCE_ENDS

    inside = [block for place, block in enumerate(kept) if belongs(place, block)]
    while inside and _is_heading(inside[-1]):
        inside.pop()
    return inside


def apart(kept: list[Block]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paragraphs and headings, the cells of one table row as one paragraph."""
    paragraphs: list[str] = []
    headings: list[str] = []
    row: html.HtmlElement | None = None
    for block in kept:
        parent = block.element.getparent()
        if _is_heading(block):
            headings.append(" ".join(block.text.split()))
        elif block.element.tag in _CELLS and parent is row:
            paragraphs[-1] += f" {block.text}"
        else:
            paragraphs.append(block.text)
        row = parent if block.element.tag in _CELLS else None
    return tuple(paragraphs), tuple(headings)


def _is_heading(block: Block) -> bool:
    """An `h2` and its like; so is a short paragraph all in bold type or in capitals that is no sentence."""
    if block.element.tag in HEADINGS:
        return True
    alone = (block.bold > 0.95 or block.text.isupper()) and block.element.tag in {"p", "div"}
    return alone and len(block.text) <= LONGEST_HEADING and block.text[-1] not in '.!?:;,”"»…'


class _Region:
    """The part of a page that the article takes: the smallest element around all its hosts."""

    def __init__(self, hosts: set[html.HtmlElement]) -> None:
        self.hosts = hosts
        chains = [[host, *host.iterancestors()] for host in hosts]
        shared = set(chains[0]).intersection(*chains[1:])
        self.root = next(element for element in chains[0] if element in shared)
        self.around = {element for chain in chains for element in chain}
        self.scope = next(
            (element for element in [self.root, *self.root.iterancestors()] if element.tag in {"article", "main"}),
            self.root,
        )
        self._apart: dict[html.HtmlElement, bool] = {}

    def holds(self, block: Block) -> bool:
        """Whether a block is part of the article: inside a host, and not set apart inside it.

        Headings may stand between the hosts.
        """
        if block.element.tag in HEADINGS:
            return self.root in set(block.element.iterancestors()) and not self._is_set_apart(block.element)
        element = _host(block)
        while element not in self.hosts:
            parent = element.getparent()
            if parent is None or element is self.root:
                return False
            element = parent
        return not self._is_set_apart(block.element)

    def shows(self, picture: html.HtmlElement) -> bool:
        """Whether a picture belongs to the article: in its scope, and not the picture of a link or a teaser."""
        return self.scope in set(picture.iterancestors()) and self.leads(picture)

    def leads(self, picture: html.HtmlElement) -> bool:
        """Whether nothing around a picture up to the article's scope makes it that of a link or a teaser."""
        for element in picture.iterancestors():
            if element in self.around:
                return True
            if element.tag in {"a", "aside", "nav", "footer"} or _PICTURES_OF_OTHERS.search(_words(element)):
                return False
        return True

    def _is_set_apart(self, element: html.HtmlElement) -> bool:
        """Whether an element, or one around it up to the region's root, is marked as something else."""
        if element in self._apart:
            return self._apart[element]
        parent = element.getparent()
        apart = element is not self.root and (
            (element not in self.around and bool(_ASIDE.search(_words(element))))
            or (parent is not None and self._is_set_apart(parent))
        )
        self._apart[element] = apart
        return apart


def _words(element: html.HtmlElement) -> str:
    """Class and id in lower case, with hyphens for camel case, without utility classes."""
    named = f"{class_of(element)} {(element.get('id') or '')[:LONGEST_CLASS]}".split()
    return _CAPITAL.sub("-", " ".join(name for name in named if _UTILITY.isdisjoint(name))).lower()
