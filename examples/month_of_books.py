"""January of the sample company in its books under 小企业会计准则, from the goods to the statements, closed.

Stock from the three sample files; suppliers' invoices with VAT for what came until the 20th, the rest estimated (暂估)
and taken back on the first of February (月初回冲); an invoice a day for what was sold; money in and out; losses
approved; then the close: cost carried over (结转成本), VAT, income tax, 结转损益.

Run it with `python examples/month_of_books.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from importlib.resources import files

import jxc
from jxc.edge.charts import load_chart, load_layout
from jxc.ledger import Book, Ledger, MonthEnd, close_month
from jxc.posting.estimates import BillLine, Estimate, Estimates
from jxc.posting.events import BusinessEvent
from jxc.posting.journal import Journal
from jxc.posting.payments import payment
from jxc.posting.poster import Poster
from jxc.reports import Statement, statement
from jxc.tax import TaxableLine, tax_lines

VAT = Fraction(13, 100)
MONTH, FIRST, LAST = "2026-01", date(2026, 1, 1), date(2026, 1, 31)
BILLED_UNTIL, PAID_UNTIL = date(2026, 1, 20), date(2026, 1, 15)
NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
SUPPLIER, CUSTOMER = {"party": "S-01"}, {"party": "C-01"}
RETURNED = {"PR260114-01-1": "GR260113-02-1", "PR260121-01-1": "GR260115-02-4", "PR260128-01-1": "GR260122-01-1"}


@dataclass(frozen=True)
class Books:
    """The closed month: goods, their entries, the ledger, what waits for its invoice."""

    goods: jxc.Valuation
    journal: Journal
    ledger: Ledger
    estimates: Estimates
    steps: tuple[str, ...]

    def statement(self, layout: str) -> Statement:
        """A statement of the month that refuses cost which is not computed, or not in the books."""
        cost = jxc.cost_status(self.goods, self.journal, self.ledger, until=LAST, estimates=self.estimates)
        return statement(self.ledger, load_layout(layout), (FIRST, LAST), cost=cost, demand="computed")


def taxed(net: int) -> int:
    """The VAT of a net amount, in fen."""
    return tax_lines([TaxableLine(net, VAT)])[0].tax


def bought(events: Iterable[BusinessEvent]) -> tuple[Estimates, list[BusinessEvent]]:
    """What waits for its invoice, and the invoices; red ones for what goes back after them."""
    waiting, made = Estimates("month_start"), list[BusinessEvent]()
    for event in events:
        if event.kind == "receipt":
            waiting = waiting.receive(estimate_of(event))
            made += charges_of(event)
            if event.date <= BILLED_UNTIL:
                one = waiting.by_id[event.source]
                step = waiting.bill(
                    event.date, [BillLine(one.id, one.qty, one.cost, taxed(one.cost))], doc=f"V-{one.id}"
                )
                waiting, made = step.estimates, [*made, *step.events]
        elif event.kind == "purchase_return":
            one = waiting.by_id[RETURNED[event.source]]
            if one.open_qty:
                step = waiting.send_back(event.date, one.id, quantity_of(event))
                waiting, made = step.estimates, [*made, *step.events]
            else:
                red = {"net": event.total("cost"), "tax": taxed(event.total("cost"))}
                made.append(document("purchase_return_bill", event, red, **SUPPLIER))
    return waiting, made


def estimate_of(receipt: BusinessEvent) -> Estimate:
    """A receipt, estimated at what it is valued at."""
    qty, cost = quantity_of(receipt), receipt.total("cost")
    return Estimate(receipt.source, receipt.date, qty, cost, attributes=receipt.attributes)


def charges_of(event: BusinessEvent) -> list[BusinessEvent]:
    """The invoice for the freight that is in the cost of a receipt."""
    net = event.total("charges")
    amounts = {"net": net, "tax": taxed(net)}
    return [document("charge_bill", event, amounts, **SUPPLIER, freight="cost")] if net else []


def quantity_of(event: BusinessEvent) -> Fraction:
    """How much of its goods an event moved, in or out."""
    return sum((Fraction(one.quantity or 0) for one in event.amounts["value"]), Fraction(0))


def document(kind: str, event: BusinessEvent, amounts: dict[str, int], **words: str) -> BusinessEvent:
    """A paper of the day of a movement."""
    return BusinessEvent.of(kind, event.date, amounts, source=f"V-{event.source}", given=words)


def sold(events: Iterable[BusinessEvent]) -> list[BusinessEvent]:
    """An invoice a day, at half as much again as the goods cost; those of the first half are paid."""
    costs: dict[date, int] = {}
    for event in events:
        if event.kind == "issue" and event.attributes.get("reason") == "sale":
            costs[event.date] = costs.get(event.date, 0) + event.total("cost")
    made = list[BusinessEvent]()
    for day, cost in sorted(costs.items()):
        net = cost + cost // 2
        invoice = {"net": net, "tax": taxed(net)}
        made.append(BusinessEvent.of("sales_invoice", day, invoice, source=f"SI-{day}", given=CUSTOMER))
        if day <= PAID_UNTIL:
            paid = payment("payment_in", day, party="C-01", cleared=net + taxed(net), source=f"IN-{day}")
            made.append(paid)
    return made


def paid(documents: Iterable[BusinessEvent]) -> list[BusinessEvent]:
    """What is owed for the invoices of the first half of the month is paid on the 31st."""
    owed = sum(one.total("gross") for one in documents if one.kind == "purchase_bill" and one.date <= PAID_UNTIL)
    return [payment("payment_out", LAST, party="S-01", cleared=owed, source="OUT-1")]


def disposed(events: Iterable[BusinessEvent]) -> list[BusinessEvent]:
    """What the count and the scrap reports left on 1901 is approved."""
    found = {"lost": 0, "found": 0}
    for event in events:
        if event.kind in ("scrap", "adjust_out", "count_shortage"):
            found["lost"] += event.total("cost")
        elif event.kind in ("adjust_in", "count_surplus"):
            found["found"] += event.total("cost")
    loss = BusinessEvent.of("loss_approved", LAST, {"borne": found["lost"]}, source="LOSS-1")
    return [loss, BusinessEvent.of("gain_approved", LAST, {"gain": found["found"]}, source="GAIN-1")]


def keep_books() -> Books:
    """January, closed."""
    sample = files("jxc.cli").joinpath("sample")
    tables = [str(sample.joinpath(f"{name}.csv")) for name in ("purchases", "sales", "warehouse")]
    goods = jxc.value(tables, method="moving_average", currency="CNY", as_of=LAST)
    ledger = Ledger(Book(load_chart("cn-small-business"), "CNY"))
    policy = jxc.PostingPolicy(entries="day", cost="close")
    stock = jxc.post_valuation(goods, book=ledger, policy=policy, party="S-01")
    waiting, purchases = bought(stock.events)
    documents = [*purchases, *sold(stock.events), *paid(purchases), *disposed(stock.events)]
    turned = waiting.turn(MONTH)
    journal = Journal.of([*stock.events, *documents, *turned.events], Poster(stock.poster.table, ledger.book), policy)

    book, fees = ledger.book, ledger.book.amount(assembled(stock.events))
    capital = book.entry(FIRST, book.debit("1002", "1000000"), book.credit("3001", "1000000"), memo="capital")
    wages = book.entry(LAST, book.debit("4001", fees), book.credit("1002", fees), memo="assembly")
    ledger.post_all([capital, wages], at=NOW)
    posted = close_month(ledger, MONTH, MonthEnd(entries=journal.drafts, tax="20000"), at=NOW)
    return Books(goods, journal, ledger, turned.estimates, tuple(dict.fromkeys(one.draft.step for one in posted)))


def assembled(events: Iterable[BusinessEvent]) -> int:
    """What assembly cost beside the goods that went into it."""
    signs = {"production": 1, "consumption": -1}
    return sum(signs[event.kind] * event.total("cost") for event in events if event.kind in signs)


def main() -> None:
    """Print the result of January and what it stands on."""
    books = keep_books()
    for name in ("income-statement", "balance-sheet"):
        made = books.statement(f"cn-small-business-{name}")
        for row in made.rows:
            if row.amounts[0]:
                print(f"{row.label:<24}{row.amounts[0]:>14}")
        print(made.cost.note)


if __name__ == "__main__":
    main()
