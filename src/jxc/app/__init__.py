"""Services: pure decisions about what is recorded, between the shell that reads and writes and the engines.

canonical    requests as one text, and their digest
replays      the same request again: the stored answer, or a refusal
settings     what was stated about a book, its items and places, by version and day
policies     a costing policy as plain JSON, whole, so that a later default changes nothing
packing      costs as records: chunks, changes, positions
entries      drafts as records: entries with numbers, and their lines
"""
