from atlas.core.protocols import World
from tests.environments.crm.samples import CONTENT, FIRST_QUOTE, value


async def test_counts(world: World) -> None:
    counts = await value(world, "summarize_counts")
    assert counts == {table: len(rows) for table, rows in CONTENT.items()}
    await value(world, "delete_quote", quote_id=FIRST_QUOTE)
    assert await value(world, "summarize_counts") == {**counts, "quotes": 1}
