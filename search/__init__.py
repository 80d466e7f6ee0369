"""Full text search over pages. Knows no feature.

document   a page of something, or (page 0) the whole of it: its title, summary and tags
group      the thing that documents belong to; one group is one hit, at its best page
term       a word as its stem, or several as a phrase
within     the groups that the asker may see; part of every query, never applied to results afterwards
engine     what stores documents and answers queries: Whoosh (embedded) or PostgreSQL (shared)
"""
