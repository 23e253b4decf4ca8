"""What a browser and a crawler find."""

import json
import re
import xml.etree.ElementTree as ET

from flask.testing import FlaskClient

OPEN_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_a_browser_can_search_the_archive_from_its_own_field(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    link = re.search(r'<link rel="search" type="application/opensearchdescription\+xml"[^>]* href="([^"]+)"', html)
    assert link
    response = client.get(link[1])
    assert response.mimetype == "application/opensearchdescription+xml"
    found = ET.fromstring(response.get_data())  # noqa: S314  # our own answer
    assert len(found.findtext(f"{OPEN_SEARCH}ShortName") or "") <= 16
    templates = {url.get("type"): url.get("template", "") for url in found.findall(f"{OPEN_SEARCH}Url")}
    for template in templates.values():
        address = re.sub(r"&?[\w-]+=\{\w+\?\}", "", template).replace("{searchTerms}", "ferry")
        assert client.get(address.removeprefix("http://localhost")).status_code == 200


def test_pages_of_results_name_their_feed_and_are_not_for_crawlers(client: FlaskClient) -> None:
    html = client.get("/?q=ferry&section=Sport&page=1").get_data(as_text=True)
    link = re.search(r'<link rel="alternate" type="application/atom\+xml"[^>]* href="([^"]+)"', html)
    assert link
    assert client.get(link[1].replace("&amp;", "&")).mimetype == "application/atom+xml"
    assert '<meta name="robots" content="noindex, follow">' in html
    assert "noindex" not in client.get("/").get_data(as_text=True)


def test_the_front_page_says_how_it_is_searched_as_schema_org_has_it(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert data
    action = json.loads(data[1])["potentialAction"]
    assert action["target"]["urlTemplate"] == "http://localhost/?q={search_term_string}"


def test_an_article_has_one_address_whatever_led_to_it(client: FlaskClient) -> None:
    html = client.get("/articles/reuters:1?q=lorry").get_data(as_text=True)
    assert '<link rel="canonical" href="http://localhost/articles/reuters:1">' in html


def test_crawlers_are_kept_out_of_the_combinations_of_facets(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    lines = response.get_data(as_text=True).splitlines()
    assert {"User-agent: *", "Disallow: /?", "Disallow: /api/", "Allow: /"} <= set(lines)
