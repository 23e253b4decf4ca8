"""The embedded engine: an archive in files of arrays, searched by array operations.

What is on the disk, from the file up: `arrays` (named arrays in one checksummed, mapped file), `texts` and `packing`
(texts in order, small numbers), `postings` and `terms` (which documents have a word, and which words a query means),
`ordinals` (facet values), `columns` and `stored` (what is known of an article, and the article). A `segment` is a batch
of articles written once.

How it gets there: `inversion` turns articles round into postings; `building` writes segments of articles, `bulk` does
so in other processes, `merging` and `merged_postings` put segments together when `merge_policy` says so. `writer`
collects changes over the segments that are `standing` and makes a commit; `commits` and `lock` keep it whole.
`rebuilding` fills and proves a new generation; `verification` looks for damage, with what `consistency` knows of arrays
that must agree.

How it is asked: `snapshot` is one commit open for reading, `cache` what was lately read of it. `executor` runs query
trees with `matches`, `phrases`, `expansion` and `scoring`, and leaves nodes that are not ours to Whoosh's matchers
(`whoosh_view`); `selection`, `facets` and `histogram` make answers of what matched. `reader` and `backend` are the
doors.
"""
