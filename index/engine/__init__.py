"""The embedded engine: an archive in files of arrays, searched by array operations.

From the file up: `arrays` (named arrays in one checksummed, mapped file), `texts` and `packing` (texts in order, small
numbers), `postings` and `terms` (which documents have a word, and which words a query means), `columns` and `stored`
(what is known of an article, and the article). `inversion` turns articles round into postings; `segment` is a batch of
articles written once. `writer` and `merging` make commits of segments, `commits` and `lock` keep them whole. `snapshot`
is one commit open for reading; `executor` runs query trees over it with `matches` and `scoring`, and leaves nodes that
are not ours to Whoosh's matchers (`whoosh_view`); `facets`, `histogram` and `reader` make answers. `verification` looks
for damage, with what `consistency` knows of arrays that must agree; `rebuilding` fills and proves a new generation.
`backend` is the door.
"""
