"""The markup of MediaWiki as text: paragraphs, with headings, captions and categories apart.

Templates, tables, footnotes and formulas are left out, since what they show is not in the text; of some templates the
text is. Whatever is not closed or nests too deep stands for itself. Takes linear time.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from index.article import Caption
from indexer.formats.captions import split_credit
from indexer.formats.markup import squeeze

DEEPEST = 60
"""Templates, tables and links inside each other; MediaWiki itself stops at 40 templates."""
LONGEST_TARGET = 400
"""Characters of the name of a page, a file or a category; MediaWiki allows 255 bytes."""

_OPAQUE = (
    "ref|math|chem|gallery|nowiki|pre|syntaxhighlight|source|score|timeline|graph|imagemap|inputbox|hiero|mapframe"
    "|maplink|templatedata|categorytree|section|noinclude|includeonly"
)
_OPEN = re.compile(rf"<!--|<(?P<tag>{_OPAQUE})(?P<attributes>\s[^<>]*|/)?>", re.IGNORECASE)
_CLOSE = {tag: re.compile(rf"</{tag}\s*>", re.IGNORECASE) for tag in _OPAQUE.split("|")}
_TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|^[ \t:]*\{\||^[ \t]*\|\}(?!\})", re.MULTILINE)
_ENDS = {"}}": "{{", "]]": "[[", "|}": "{|"}
_EXTERNAL = re.compile(r"\[(?:https?:|ftp:|mailto:)?//[^\s\[\]<>]*([^\[\]\n]*)\]|\[mailto:[^\s\[\]]*([^\[\]\n]*)\]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(r"<(?:br|p|/p|hr|div|/div|blockquote|/blockquote)\b[^<>]*>", re.IGNORECASE)
_QUOTES = re.compile("'{2,5}")
# What a template leaves of “Aruba ({{pronounced …}}; {{language …}}) is …”.
_EMPTY = re.compile(r"[ \t]?\([ ;,:]{0,20}\)")
_BEFORE_STOP = re.compile(r"(?<=\w) (?=[.,;](?:\s|$))")
_SWITCH = re.compile(r"__[A-Z]{3,30}__")
_HEADING = re.compile(r"(={1,6})([^\n]+?)={1,6}[ \t]*")
_LIST = re.compile(r"[*#:;]+[ \t]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,12})*")
_PICTURE_OPTION = re.compile(
    r"(?:thumb(?:nail)?|mini(?:atur)?|vignette|frame(?:d|less)?|border|left|right|center|centre|none|links|rechts"
    r"|gauche|droite|upright|hochkant|baseline|sub|super|top|middle|bottom|text-top|text-bottom)(?:\s*=.*)?"
    r"|\d*x?\d+\s*px|(?:alt|link|page|class|lang|start|end)\s*=.*",
    re.IGNORECASE | re.DOTALL,
)
# Templates whose argument is shown as it is: the number of the one, counted from the end where they take a name first.
_SHOWN = {
    "w": -1, "wikipedia": -1, "nowrap": 0, "nobr": 0, "small": 0, "big": 0, "quote": 0, "cquote": 0, "blockquote": 0,
    "lang": 1, "transl": -1, "abbr": 0, "nihongo": 0, "correction": 0, "pull quote": 0,
}  # fmt: skip
# Sections after the article, in the languages of large wikis.
_APPENDIX = re.compile(
    r"see also|external links?|references|notes(?: and references)?|footnotes|citations|further reading|sources"
    r"|bibliography|related news|sister (?:links|projects)|einzelnachweise|weblinks|siehe auch|literatur|quellen"
    r"|fußnoten|références|notes et références|liens externes|voir aussi|articles connexes|bibliographie|referencias"
    r"|véase también|enlaces externos|note|collegamenti esterni|voci correlate|zie ook|externe links|bronnen"
    r"|referências|ver também|ligações externas|примечания|ссылки|см\. также|литература|przypisy|linki zewnętrzne"
    r"|бележки|външни препратки|вижте също|източници",
    re.IGNORECASE,
)


@dataclass(slots=True)
class WikiText:
    """A page in parts. `templates` holds the arguments of those that were asked for, by name."""

    paragraphs: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    templates: dict[str, dict[str, str]] = field(default_factory=dict)


class Names:
    """What the namespaces of files and categories are called in a wiki, beside their English names."""

    def __init__(self, files: Iterable[str] = (), categories: Iterable[str] = (), others: Iterable[str] = ()) -> None:
        self.files = {"file", "image", "media", *map(str.lower, files)}
        self.categories = {"category", *map(str.lower, categories)}
        self.others = set(map(str.lower, others))


def read_wikitext(text: str, names: Names, wanted: Collection[str] = ()) -> WikiText:
    """The parts of a page; the arguments of `wanted` templates are kept."""
    page = WikiText()
    reader = _Reader(page, names, wanted)
    plain = reader.resolved(reader.without_opaque(text))
    plain = _EXTERNAL.sub(lambda link: (link[1] or link[2] or "").strip(), plain)
    plain = _TAG.sub("", _BREAK.sub("\n\n", plain))
    plain = _SWITCH.sub("", _QUOTES.sub("", plain))
    plain = _BEFORE_STOP.sub("", _EMPTY.sub("", plain))
    _lay_out(html.unescape(plain), page)
    return page


class _Reader:
    """Takes one page's markup apart."""

    def __init__(self, page: WikiText, names: Names, wanted: Collection[str]) -> None:
        self.page = page
        self._names = names
        self._wanted = wanted

    def without_opaque(self, text: str) -> str:
        """The text without comments and what stands in tags that mean something of their own."""
        parts = []
        at = 0
        unclosed: set[str] = set()
        while opening := _OPEN.search(text, at):
            parts.append(text[at : opening.start()])
            at = opening.end()
            tag = (opening["tag"] or "").lower()
            if not tag:
                end = text.find("-->", at)
                at = len(text) if end < 0 else end + 3
            elif not (opening["attributes"] or "").endswith("/") and tag not in unclosed:
                closing = _CLOSE[tag].search(text, at)
                if closing:
                    parts.append(self._opaque(tag, text[at : closing.start()]))
                    at = closing.end()
                else:
                    unclosed.add(tag)
        parts.append(text[at:])
        return "".join(parts)

    def _opaque(self, tag: str, content: str) -> str:
        if tag == "gallery":
            for line in content.split("\n"):
                _, bar, caption = line.partition("|")
                if bar:
                    self._caption(self.resolved(caption))
        if tag == "nowiki":  # its characters mean themselves
            return re.sub(r"[\[\]{}|'=*#:;<>_]", lambda one: f"&#{ord(one[0])};", content)
        return ""

    def resolved(self, text: str) -> str:
        """The text with its links as their labels, and without templates and tables."""
        frames: list[tuple[str, list[str]]] = [("", [])]
        opened = Counter[str]()
        at = 0
        for token in _TOKEN.finditer(text):
            frames[-1][1].append(text[at : token.start()])
            at = token.end()
            mark = token.group().strip(" \t:")
            if mark not in _ENDS:
                if len(frames) <= DEEPEST:
                    frames.append((mark, []))
                    opened[mark] += 1
                continue
            opening = _ENDS[mark]
            if not opened[opening]:
                continue
            while frames[-1][0] != opening:  # what was not closed stands for itself
                unclosed, parts = frames.pop()
                opened[unclosed] -= 1
                frames[-1][1].extend(parts)
            opened[opening] -= 1
            content = "".join(frames.pop()[1])
            frames[-1][1].append(self._shown(opening, content))
        frames[-1][1].append(text[at:])
        return "".join(part for _, parts in frames for part in parts)

    def _shown(self, opening: str, content: str) -> str:
        if opening == "[[":
            return self._link(content)
        return self._template(content) if opening == "{{" else ""

    def _link(self, content: str) -> str:
        target, *labels = content.split("|")
        target = squeeze(target[:LONGEST_TARGET])
        prefix, colon, name = target.partition(":")
        space = prefix.strip().lower() if colon else ""
        if space in self._names.files:
            shown = [label for label in labels if not _PICTURE_OPTION.fullmatch(label.strip()[:LONGEST_TARGET])]
            if shown:
                self._caption(shown[-1])
            return ""
        if space in self._names.categories:
            self.page.categories.append(name.strip())
            return ""
        if space and space not in self._names.others and _LANGUAGE.fullmatch(prefix):
            return ""  # the same page in another language
        label = labels[-1].strip() if labels else ""
        return label or re.sub(r"\s*\([^()]*\)$", "", target.lstrip(":").rpartition(":")[2] if labels else
                               target.lstrip(":").partition("#")[0])  # fmt: skip

    def _caption(self, text: str) -> None:
        bare = _TAG.sub("", _QUOTES.sub("", _EXTERNAL.sub(lambda link: (link[1] or "").strip(), text)))
        caption = split_credit(squeeze(html.unescape(bare)))
        if caption.text or caption.credit:
            self.page.captions.append(caption)

    def _template(self, content: str) -> str:
        name, *arguments = content.split("|")
        name = squeeze(name[:LONGEST_TARGET]).lower().replace("_", " ")
        if name in self._wanted:
            self.page.templates.setdefault(name, dict(_arguments(arguments)))
        plain = [value.strip() for value in arguments if "=" not in value[:30]]
        if name in {"convert", "cvt"}:
            return " ".join(plain[:2])
        if name not in _SHOWN:
            return ""
        try:
            return plain[_SHOWN[name]]
        except IndexError:
            return plain[-1] if plain else dict(_arguments(arguments)).get("text", "")


def _arguments(arguments: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The arguments of a template by name; those without are numbered from 1."""
    for number, argument in enumerate(arguments, 1):
        name, equals, value = argument.partition("=")
        yield (name.strip().lower(), value.strip()) if equals else (str(number), argument.strip())


def _lay_out(text: str, page: WikiText) -> None:
    """Cut text into paragraphs and headings; a heading without text below it, and the appendix, are left out."""
    heading = ""
    level = skipped = 0
    open_paragraph = False
    for line in text.split("\n"):
        if not line or line.isspace():
            open_paragraph = False
            continue
        found = _HEADING.fullmatch(line.strip()) if line.startswith("=") else None
        if found:
            level = len(found[1])
            if skipped and level > skipped:
                continue
            heading = squeeze(found[2])
            skipped = level if _APPENDIX.fullmatch(heading.rstrip(":")) else 0
            open_paragraph = False
        elif not skipped:
            mark = _LIST.match(line)
            words = squeeze(line[mark.end() :] if mark else line)
            says = not _is_rule(words)
            if says:
                if heading:
                    page.headings.append(heading)
                    heading = ""
                if open_paragraph and not mark:
                    page.paragraphs[-1] += f" {words}"
                else:
                    page.paragraphs.append(words)
            open_paragraph = says and not mark


def _is_rule(words: str) -> bool:
    """Whether a line says nothing: it is empty, a rule, or the brackets that a template has left."""
    return not any(character.isalnum() for character in words)
