"""The command line: one module a command, over the same API as a program uses.

    app         which command, and what every command has in common: errors, exit status, closed pipes, Ctrl-C
    arguments   options that several commands take          reading    files into tables, before anything is computed
    value, compare, golden, demo    the commands            report     a valuation as text for a person
    tables, console, progress       plain text, standard output and error, the bar

Only the standard library is used, and a command imports what it needs when it runs.
"""
