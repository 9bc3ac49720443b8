"""A web service in FastAPI: an order of the host and the goods of the book in one transaction, all or nothing.

Needs `pip install fastapi uvicorn "jxc[sql]"`; run it with `uvicorn --factory embed_fastapi:make_app` in this folder.
"""

from typing import Annotated, Any

from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.orm import Session

import jxc
from jxc.stores.sql import SqlStore

TABLES = MetaData()
ORDERS = Table(
    "orders", TABLES, Column("id", Integer, primary_key=True), Column("item", String), Column("fact", String)
)


def make_app(url: str = "sqlite:///shop.db") -> FastAPI:
    """The service on a database."""
    engine = create_engine(url)
    TABLES.create_all(engine)
    SqlStore(engine, create=True).close()
    app = FastAPI()

    @app.post("/{tenant}/deliveries")
    def deliver(
        tenant: str,
        delivery: dict[str, Any],
        idempotency_key: Annotated[str, Header()],
        user: Annotated[str, Header()] = "",
    ) -> JSONResponse:
        return _deliver(engine, tenant, {**delivery, "key": idempotency_key, "actor": user})

    @app.get("/{tenant}/stock")
    def stock(tenant: str) -> list[dict[str, str]]:
        with Session(engine) as session:
            held = book_of(session, tenant).ask.without_cost().positions()
            return [{"item": one.item, "place": one.place, "qty": str(one.qty)} for one in held]

    @app.get("/orders")
    def orders() -> int:
        with Session(engine) as session:
            return len(session.execute(select(ORDERS)).all())

    return app


def book_of(session: Session, tenant: str) -> jxc.Business:
    """The book of a tenant, in the transaction of the session."""
    return jxc.open(SqlStore(session), book=f"{tenant}/main", currency="CNY", chart="ifrs-trading")


def _deliver(engine: Engine, tenant: str, command: dict[str, Any]) -> JSONResponse:
    try:
        with Session(engine) as session, session.begin():  # commits at the end, or takes back both
            done = book_of(session, tenant).post(command)
            if not done.replayed:
                session.execute(insert(ORDERS).values(item=command.get("item"), fact=done.facts[0]))
    except jxc.StoreError as error:
        return JSONResponse(error.to_dict(), 503)
    except jxc.JxcError as error:
        return JSONResponse(error.to_dict(), 422)
    return JSONResponse(done.to_json())
