"""The bridge from goods, documents and payments to the books: events become entries by a table of rules.

    vocabulary          kinds of events, their amounts and identities, roles, attributes
    when, rules, table  a table of rules as data, checked when it is made
    events              what is posted: a kind, attributes, amounts
    poster              event -> lines, each with its reason
    policy, journal     which events share an entry, when cost is carried over, what changed since
    stock_events        what a valued row of stock did -> event
    estimates, sales, payments, stock_taking     documents, payments, periodic inventory -> events
    standing            goods against their accounts, or the first that differs

No account code, and no choice of a standard, is in here: both are in tables and charts.
"""
