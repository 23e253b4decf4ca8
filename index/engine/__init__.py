"""The embedded engine, behind the seam `index.backend`.

Whoosh's stock codec holds terms and postings, a posting list read as arrays (`codec`). Around it are ours: segments
(`segment`) with columns and stored articles (`columns`, `stored`), the commit that makes them count (`commits`), the
writer and its lock (`writer`, `merging`, `lock`), and for a reader the commit as arrays over all documents
(`snapshot`), on which query trees become arithmetic (`executor`, `scoring`, `facets`, `histogram`, `reader`).
"""
