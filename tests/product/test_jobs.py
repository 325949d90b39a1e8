"""Jobs are deferred in the transaction that makes them necessary, without two transactions waiting for each other for ever."""

import asyncio

from tests.product.conftest import Product


async def test_two_transactions_that_defer_the_same_jobs_in_other_orders_both_commit(
    product: Product,
) -> None:
    services, begun = product.puente.services, asyncio.Barrier(2)

    async def defer(*lanes: str) -> None:
        async with services.database.session() as session:
            for lane in lanes:
                await services.jobs.deliver(session, lane)
                if lane == lanes[0]:
                    await begun.wait()

    await asyncio.wait_for(asyncio.gather(defer("one", "two"), defer("two", "one")), 5)
