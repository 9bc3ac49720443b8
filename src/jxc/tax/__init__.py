"""Value added tax on a line and a document: rates with their days, exact amounts, the roles they go to.

    rates     what applies on a day        amounts    net, tax, gross, per line or per document
    vat       input, output, transferred out, awaiting, small-scale, deemed sales, returns

Amounts are minor units; nothing here knows an account, and no rate is built in: rates are data with a first and last
day (``jxc.edge.taxes`` reads those that are shipped).
"""

from jxc.tax.amounts import Per, TaxableLine, TaxedLine, tax_lines
from jxc.tax.rates import TaxRate, TaxRates
from jxc.tax.vat import (
    PurchaseTax,
    SalesTax,
    TaxPosting,
    VatPolicy,
    certify,
    deemed_sale,
    output_due,
    purchase_return,
    purchase_tax,
    relief,
    sales_return,
    sales_tax,
    small_scale_relief,
    transfer_out,
    transfer_tax,
)

__all__ = [
    "Per",
    "PurchaseTax",
    "SalesTax",
    "TaxPosting",
    "TaxRate",
    "TaxRates",
    "TaxableLine",
    "TaxedLine",
    "VatPolicy",
    "certify",
    "deemed_sale",
    "output_due",
    "purchase_return",
    "purchase_tax",
    "relief",
    "sales_return",
    "sales_tax",
    "small_scale_relief",
    "tax_lines",
    "transfer_out",
    "transfer_tax",
]
