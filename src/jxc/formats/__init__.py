"""Books as other programs read them: beancount, hledger, CSV.

from jxc.formats.beancount import to_beancount
"""
