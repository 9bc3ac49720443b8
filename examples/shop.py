"""A shop for two months: goods, late papers, a close, and proof that stock and books agree.

Run it with `python examples/shop.py`.
"""

import jxc

shop = jxc.open("memory:", book="acme/main", currency="CNY", chart="cn-small-business", costing="moving_average")

shop.places.put("ROAD", kind="transit")
shop.stock.receive("TEA", "100", "2.00", date="2026-01-05", place="WH", party="S-01", id="GR-1", key="GR-1")
shop.stock.issue("TEA", "30", date="2026-01-11", place="WH", party="C-09", sale_price="5.00", salesman="li", id="SO-1")
sent = shop.stock.transfer("TEA", "20", from_="WH", to="STORE", via="ROAD", date="2026-01-15")
shop.stock.arrive("TEA", "20", via="ROAD", to="STORE", date="2026-01-17", refs=sent.facts)
shop.close("2026-01")

told = shop.stock.landed_cost("14.00", of="GR-1", date="2026-01-20", party="F-01", closed="forward", preview=True)
print("the freight of January would change, in February:")
for entry in told.entries:
    for account, amount in entry.lines:
        print(f"  {entry.date} {account} {amount:>7}")
shop.stock.landed_cost("14.00", of="GR-1", date="2026-01-20", party="F-01", closed="forward", key="FR-1")
shop.stock.take_back("TEA", "5", of="SO-1", date="2026-02-03", place="WH", party="C-09", sale_price="5.00")

print("收发存汇总表 of February:")
for row in shop.ask.stock_summary("2026-02-01", "2026-02-28", by=("item", "place")):
    opening, closing = row.opening, row.closing
    print(f"  {' '.join(row.key):<9} {opening.qty:>3} {opening.value:>7} -> {closing.qty:>3} {closing.value:>7}")
for one in shop.ask.margin("salesman"):
    print(f"margin of {one.key}: {one.revenue} - {one.cost} = {one.margin}")

print(f"stock {shop.ask.value().value}, account 1405 {shop.entries.ledger().balance('1405')}")
print(shop.verify())
