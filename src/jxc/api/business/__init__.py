"""A book in a store: items, stock and entries under one plan, one transaction for each command.

opening      ``open``: from a URL or a store to a ``Business``
business     the facade
commands     what a command says, from calls and from plain rows
stating      a row as it is stated, in the words of tables or facts, as plain data
plain_rows   the short way from a plain row to an event
item_book    the standing facts of items that belong together, valued, open to change
shelf        the item books that this process keeps at hand, bounded
deciding     a command decided against item books: what to write, what to answer
running      the loop around it: begin, load, decide, commit, again
"""
