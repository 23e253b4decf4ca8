"""The language of a text, or nothing when the text is too short or mixed to tell."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

SAMPLE = 200
"""Characters shown to the identifier at a time. 200 take 0.1 ms and are told with .99, twice as many take twice as long
and make it no surer."""
SHORTEST = 60
"""Characters below which a text may be names alone: of “FLOOD HITS BRENWICK” English is said with .27."""
SURE = 0.9
"""Confidence (a probability, calibrated for length by the identifier) below which a language is a guess."""
DISSENT = 0.6
"""Confidence from which the end of a text, if in another language than its start, makes it mixed."""


@cache
def _identifier() -> LanguageIdentifier:
    """The identifier of this process; it takes half a second to load.

    It is not restricted to some languages: that would leave its table in an order that is twice as slow.
    """
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


UNDETERMINED = "und"
"""ISO 639's code for a language that cannot be told."""
LIKELY = 0.5
"""Confidence from which a text is read by the rules of its likeliest language, though none is stated."""


def likely_language(text: str) -> str:
    """The language by whose rules the start of a text is best read, `und` when anything is possible."""
    code, confidence = _classify(text[:SAMPLE])
    return code if confidence >= LIKELY else UNDETERMINED


def _classify(text: str) -> tuple[str, float]:
    code, confidence = _identifier().classify(text)
    return str(code), float(confidence)


def language_of(text: str) -> tuple[str, float] | None:
    """The language of a text, an ISO 639-1 code, and how sure that is; `None` for a text that is short or mixed.

    The start and the end must agree.
    """
    if len(text) < SHORTEST:
        return None
    half = min(SAMPLE, len(text) // 2) if len(text) >= 2 * SHORTEST else len(text)
    start, end = _classify(text[:half]), _classify(text[-half:])
    (code, confidence), (other, dissent) = (start, end) if start[1] >= end[1] else (end, start)
    if confidence < SURE or len(code) != 2 or (other != code and dissent >= DISSENT):
        return None
    return code, round(confidence, 3)
