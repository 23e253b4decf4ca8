"""What a page or a wire says around an article that is not the article: buttons, menus, notices, end marks."""

from __future__ import annotations

import re
from typing import NamedTuple

# Whole lines, in any letter case, that are never the article, wherever they stand.
_ANYWHERE = r"""
(?:lesen sie (?:hier|auch|dazu|mehr)|lire aussi|lee también|leggi anche|lees ook|läs också)(?: hier)? ?: .{3,120}
(?:read (?:more|also|next)|related|see also|also read|more on this(?: story)?|watch|listen)(?: here)? ?: .{3,120}
leave (?:a|your) (?:reply|comment)|post a comment|add a comment|write a comment|join the (?:conversation|discussion)
exit mobile version|view (?:full|desktop|mobile) (?:site|version)|view in browser
skip to (?:main )?(?:content|navigation)|jump to content|skip (?:ad|advertisement|navigation)|advertisement
advertising|advert|ad|sponsored(?: content| by)?|promoted(?: content)?|paid content
(?:article|story|text) continues (?:below|after)(?: (?:the )?(?:ad|advertisement|promotion|newsletter promotion))?
(?:the )?story continues below.{0,20}|continue reading(?: below)?|read more|read on|read also|show more|load more
see more|share(?: (?:this|it))?(?: (?:article|story|post|page))?(?: (?:on|via|with) .{2,30})?|share options
sharing options
(?:tweet|post|share|pin|follow us)(?: (?:this|it))?(?: on (?:x|twitter|facebook|linkedin|whatsapp|pinterest|reddit))?
facebook|twitter|whatsapp|linkedin|pinterest|reddit|telegram|instagram|e-?mail|copy link|flipboard|pocket
(?:print|save|email|bookmark)(?: (?:this|article))?(?: (?:page|article|story))?|print|printer.friendly(?: version)?
(?:subscribe|sign up|register|log in|login|sign in)(?: (?:to|for|here|now|today)\b.{0,60})?|newsletters?
get our .{0,40}newsletter.{0,40}|follow us(?: on .{2,40})?|download (?:our|the) app
comments?(?: (?:are )?(?:closed|off|disabled))?|comments? ?\(\d+\)|\d+ (?:comments?|shares?|likes?|views?)
no comments(?: yet)?|your e-?mail address will not be published.{0,60}|required fields are marked.{0,10}|name ?\*
e-?mail ?\*|website|save my name.{0,120}|post comment|cancel reply|submit|notify me of .{0,60}|reply
(?:privacy|cookie)(?: policy| settings| notice)?|terms(?: (?:of (?:use|service)|and conditions))?|contact(?: us)?
about us|(?:we use|this (?:web)?site uses) cookies.{0,200}|accept(?: all)?(?: cookies)?|manage (?:cookies|preferences)
imprint|all rights reserved|back to (?:top|home|news)|(?:go|return) to (?:top|home)|top of page|close(?: menu)?
toggle navigation|(?:\d+|one|two|three|five|ten) ?(?:-| )?min(?:ute)?s? read|reading time:? .{1,20}
listen to (?:this )?article.{0,20}|loading\.*|(?:next|previous) (?:article|story|post|page)|next|previous|older posts?
newer posts?|« ?.{2,80}|.{2,80} ?»|ends?|- ?ends? ?-|# ?# ?#|-30-|\(ends?\)|\(more\)|more|mfl|ends/.{0,10}|\*{3,}
[-_=•·]{3,}|artikel (?:drucken|teilen|merken)|drucken|teilen|anzeige|werbung|weiterlesen|kommentare?(?: schreiben)?
zum inhalt springen|nach oben|startseite|impressum|datenschutz(?:erklärung)?|newsletter (?:abonnieren|bestellen)
mehr zum thema|lesen sie auch|publicité|partager(?: cet article)?|imprimer|lire aussi|commentaires?|s'abonner
retour en haut|mentions légales|publicidad|compartir|imprimir|leer más|comentarios|suscríbete|pubblicità|condividi
stampa|leggi anche|commenti|publicidade|compartilhar|advertentie|delen|lees ook|annons|dela|läs mer|annonse|del
les også|annonce|læs også
"""
# At the very start or the very end of a page these are the menu; elsewhere they could be a heading.
_AT_THE_EDGE = r"""
reuters?|ap|afp|dpa|upi
home|menu|search|news|world|uk|us|europe|politics|business|economy|money|markets|culture|arts|sports?|football|opinion
comment|lifestyle|life|travel|health|science|tech(?:nology)?|weather|video|videos|pictures|photos|podcasts?|more
edition|local|national|international|latest|breaking|live|archive|topics|tags?|(?:home|news) ?(?:[>›»/|][\w &]*)+
my account|help|nachrichten|politik|wirtschaft|kultur|sport|lokales|suche|menü|accueil|actualités|inicio|noticias|faq
feedback|careers|jobs
"""
# A line after which the page lists other stories until its end.
_LIST_OF_OTHERS = r"""
related(?: (?:stories|articles|news|posts|content|coverage|topics|links))?|more (?:from|on|in|about) .{2,50}
more stories|more news|you (?:may|might) (?:also )?(?:like|be interested in)
recommended(?: (?:for you|stories|reading))?|most (?:read|popular|viewed|shared)|read next|up next|what to read next
see also|also read|editors?['’] picks?|trending(?: now)?|latest (?:news|stories|headlines)|don['’]t miss|in other news
from the archive|from around the web|elsewhere on .{2,40}|popular (?:posts|stories)|recent posts|mehr zum thema
lesen sie auch|das könnte sie auch interessieren|auch interessant|à lire aussi|sur le même sujet|te puede interesar
"""


def _lines(patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(line for line in patterns.strip().splitlines() if line), re.IGNORECASE)


_NEVER_ARTICLE = _lines(_ANYWHERE)
_MENU = _lines(_AT_THE_EDGE)
_OTHER_STORIES = _lines(_LIST_OF_OTHERS)
_LONGEST = 250
"""Characters of a page's own line; notices about cookies and comments come near it."""
_DECORATION = " \t:.!…↑↓→←>›»<‹«|*•·–—-▲▼×+"
_YEAR = r"(?:1[89]|20)\d\d"
_COPYRIGHT = re.compile(
    rf"(?:copyright\s*)?(?:©|\(c\)|copyright)\s*(?:by\s+)?(?:(?P<year_before>{_YEAR})(?:\s*[-–]\s*{_YEAR})?,?\s+)?(?:by\s+)?"
    rf"(?P<holder>[^\W\d_][^©|]{{1,60}}?)?\s*,?(?P<year_after>{_YEAR})?(?:\s*[-–]\s*{_YEAR})?"
    r"(?:[.,|–—-]?\s*all rights reserved)?\.?",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:copyright\s*)?(?:©|\(c\))|copyright.*all rights reserved", re.IGNORECASE)


class Copyright(NamedTuple):
    """A copyright line: who holds it and for which year, as far as it says."""

    holder: str | None
    year: int | None


def is_furniture(line: str) -> bool:
    """Whether a line is a button, a notice or an end mark, wherever it stands."""
    if len(line) > _LONGEST:
        return False
    bare = line.strip(_DECORATION)
    return not bare or bool(_NEVER_ARTICLE.fullmatch(bare) or _NEVER_ARTICLE.fullmatch(line.strip()))


def is_menu(line: str) -> bool:
    """Whether a line at the very start or end of a page is its menu."""
    return len(line) <= _LONGEST and bool(_MENU.fullmatch(line.strip(_DECORATION)))


def lists_other_stories(line: str) -> bool:
    """Whether a line is a heading such as “Related stories”, after which the page lists other articles."""
    return len(line) <= _LONGEST and bool(_OTHER_STORIES.fullmatch(line.strip(_DECORATION)))


def copyright_line(line: str) -> Copyright | None:
    """The holder and the year of a copyright line, or `None` when the line is none."""
    match = _COPYRIGHT.fullmatch(line.strip()) if len(line) <= _LONGEST else None
    if not match or (match["holder"] and not match["holder"][0].isupper()):
        return None
    year = match["year_before"] or match["year_after"]
    if not (year or _SIGN.match(line.strip())):
        return None  # “Copyright Lawyers Meet in Orford”
    holder = match["holder"].strip(" .,|–—-") if match["holder"] else None
    return Copyright(holder or None, int(year) if year else None)
