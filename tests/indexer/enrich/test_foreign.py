"""In other languages than English only the tables and clear introductions count."""

from __future__ import annotations

from index.article import Article
from indexer.enrich.entities import Entities, find_entities

GERMAN = (
    "In Larkwell hat Bürgermeisterin Wenna Trask am Montag mit Chorleiter Peter Onslow gesungen. Die Forscherin Elke "
    "Thomsen hörte zu. Aus Larkwell und aus Köln kamen Gäste, auch aus Frankreich und den Vereinigten Staaten. "
    "„Das war schön“, sagt Onslow. Norwegens Botschafter blieb zu Hause. Die NATO war nicht da. In Zukunft soll es "
    "mehr Musik geben, in Zukunft auch Tanz. Seine Arbeit ist getan, das Essen war gut."
)
FRENCH = "Le président Emmanuel Macron a rencontré Anne Dupré à Bruxelles. L’Allemagne et la Russie étaient absentes."


def entities(body: str, language: str) -> Entities:
    return find_entities(Article(body=body), language)


def test_german_people_are_found_by_role_or_by_first_name_and_a_second_mention() -> None:
    assert entities(GERMAN, "de").people == ("Peter Onslow", "Elke Thomsen")


def test_german_people_are_found_by_a_role_behind_and_by_a_surname_that_opens_a_sentence() -> None:
    body = "Grete Holm, die Vorstandsvorsitzende, kam. Heinrich Claasen kam mit. Claasen störte das nicht."
    assert entities(body, "de").people == ("Grete Holm", "Heinrich Claasen")
    assert entities("Heinrich Heine, ein Gedicht, und die Anna Straße. Die Straße ist weit.", "de").people == ()


def test_german_places_come_from_the_tables_and_from_repeated_prepositions() -> None:
    assert entities(GERMAN, "de").places == ("Larkwell", "Cologne", "France", "Norway")


def test_german_nouns_are_no_names() -> None:
    found = entities("Der Vater ging mit der Mutter in den Garten. Die Angst in Haft und in Not war groß.", "de")
    assert found == Entities((), (), ())


def test_organisations_come_from_the_list() -> None:
    assert entities(GERMAN, "de").organisations == ("NATO",)


def test_languages_that_write_nouns_small_trust_a_first_name() -> None:
    found = entities(FRENCH, "fr")
    assert found.people == ("Emmanuel Macron", "Anne Dupré")
    assert found.places == ("Brussels", "Germany", "Russia")


def test_a_region_in_the_language_code_does_not_matter() -> None:
    assert entities(FRENCH, "fr-CA") == entities(FRENCH, "fr")


def test_texts_without_capitals_or_known_language_give_what_the_tables_know() -> None:
    assert entities("日本の首相は今日、東京で会見した。", "ja") == Entities((), (), ())
    assert entities("Larkwell 3, Orford 1, London 0", "und").places == ("London",)
