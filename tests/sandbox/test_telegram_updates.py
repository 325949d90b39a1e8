"""How updates reach the bot: long poll, webhook, groups."""

import asyncio
import time

import pytest
import telegram
from telegram import ReactionTypeEmoji, Update
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden

from sandbox import Sandbox, running
from tests.sandbox.clients import telegram_client
from tests.sandbox.stub_bot import StubBot, until

SECRET = "s3cret_token-1"


async def test_offset_confirms_everything_below(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    for word in ("uno", "dos", "tres"):
        await ana.say(word)
    updates = await bot.get_updates(limit=2)
    assert [u.message.text for u in updates if u.message] == ["uno", "dos"]
    rest = await bot.get_updates(offset=updates[-1].update_id + 1)
    assert [u.message.text for u in rest if u.message] == ["tres"]
    assert await bot.get_updates(offset=rest[-1].update_id + 1) == ()
    assert ana.timeline[0].status == "read"


async def test_negative_offset_forgets_what_is_older(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    for word in ("uno", "dos", "tres"):
        await ana.say(word)
    assert len(await bot.get_updates(offset=-1)) == 1


async def test_long_poll_returns_when_something_comes(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.2)
    assert not poll.done()
    await ana.say("hola")
    assert len(await asyncio.wait_for(poll, 1)) == 1


async def test_second_poller_ends_the_first(box: Sandbox, bot: telegram.Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=3))
    await asyncio.sleep(0.2)
    async with telegram_client(box) as other:
        second = asyncio.create_task(other.get_updates(timeout=1))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await first
        assert await second == ()


async def test_polling_conflicts_with_a_webhook(bot: telegram.Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/webhooks/telegram")
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_updates_expire_after_a_day_and_taps_after_150_seconds(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    await ana.say("hola")
    box.clock.advance(hours=25)
    assert await bot.get_updates() == ()


async def test_webhook_carries_the_secret(box: Sandbox, bot: telegram.Bot, stub: StubBot) -> None:
    await bot.set_webhook(f"{stub.url}/webhooks/telegram", secret_token=SECRET)
    ana = box.telegram.user(5001, "Ana")
    await ana.say("hola")
    await stub.arrived(stub.updates, 1)
    assert stub.secrets == [SECRET]
    assert Update.de_json(stub.updates[0], bot).message.text == "hola"  # type: ignore[union-attr]
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook(stub.url, secret_token="no spaces")


async def test_public_webhook_address_is_reached_on_loopback(
    box: Sandbox, bot: telegram.Bot, stub: StubBot
) -> None:
    box.connect(stub.url, "https://puente.example")
    await bot.set_webhook("https://puente.example/webhooks/telegram")
    await box.telegram.user(5001, "Ana").say("hola")
    await stub.arrived(stub.updates, 1)


async def test_failed_update_is_repeated_in_order_and_blocks_only_its_chat(
    box: Sandbox, bot: telegram.Bot, stub: StubBot
) -> None:
    await bot.set_webhook(f"{stub.url}/webhooks/telegram")
    stub.answers = [500, 0]
    ana, bob = box.telegram.user(5001, "Ana"), box.telegram.user(5002, "Bob")
    await ana.say("uno")
    await ana.say("dos")
    await stub.arrived(stub.updates, 1)
    await bob.say("otro")
    await stub.arrived(stub.updates, 5)
    texts = [u["message"]["text"] for u in stub.updates]
    assert [t for t in texts if t != "otro"][-1] == "dos"
    assert texts.index("otro") < texts.index("dos")
    assert (await bot.get_webhook_info()).last_error_message
    await until(lambda: not box.telegram.updates.pending())
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_answer_to_a_webhook_may_call_a_method(box: Sandbox, bot: telegram.Bot, stub: StubBot) -> None:
    await bot.set_webhook(f"{stub.url}/webhooks/telegram")
    stub.reply = {"method": "sendMessage", "chat_id": 5001, "text": "recibido"}
    ana = box.telegram.user(5001, "Ana")
    await ana.say("hola")
    await ana.hears("recibido")


async def test_unasked_kinds_are_not_sent(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    hello = await ana.say("hola")
    await ana.react(hello, "👍")
    assert len(await bot.get_updates()) == 1
    await bot.get_updates(offset=-1, allowed_updates=["message", "message_reaction"])
    await ana.react(hello, "👍")
    reaction = (await bot.get_updates())[-1].message_reaction
    assert reaction
    assert reaction.new_reaction == (ReactionTypeEmoji("👍"),)


async def test_block_and_unblock_are_told(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    await ana.start()
    await ana.block()
    await ana.unblock()
    changes = [u.my_chat_member for u in await bot.get_updates() if u.my_chat_member]
    assert [c.new_chat_member.status for c in changes] == ["kicked", "member"]


async def test_any_update_can_be_injected_and_repeated(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    await ana.say("hola")
    await ana.raw(box.telegram.updates_sent[0])
    await ana.raw({"something_new": {"x": 1}})
    first, again, unknown = await bot.get_updates()
    assert first.update_id == again.update_id
    assert unknown.api_kwargs == {"something_new": {"x": 1}}


async def test_group_shows_commands_and_answers_to_the_bot_only(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    group = await box.telegram.group("Guardia", ana)
    card = await bot.send_message(group.id, "caso 7")
    await group.hears("caso 7")
    await ana.say("platicando", chat=group)
    await ana.say("/casos", chat=group)
    await ana.say("lo tomo", quote=group.last, chat=group)
    texts = [u.message.text for u in await bot.get_updates() if u.message and u.message.text]
    assert texts == ["/casos", "lo tomo"]
    assert card.chat.type == "supergroup"


async def test_migrated_group_names_its_new_address(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    group = await box.telegram.group("Guardia", ana, supergroup=False, bot_is_admin=True)
    old = group.id
    new = await group.migrate()
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(old, "hola")
    assert caught.value.new_chat_id == new
    await bot.send_message(new, "hola")
    await group.hears("hola")
    moves = [u.message for u in await bot.get_updates() if u.message and not u.message.new_chat_members]
    assert [m.migrate_to_chat_id or m.migrate_from_chat_id for m in moves] == [new, old]


async def test_bot_thrown_out_of_a_group_is_forbidden(box: Sandbox, bot: telegram.Bot) -> None:
    ana = box.telegram.user(5001, "Ana")
    group = await box.telegram.group("Guardia", ana)
    await group.remove_bot(ana)
    with pytest.raises(Forbidden):
        await bot.send_message(group.id, "hola")
    other = await box.telegram.group("Otra", ana)
    await bot.leave_chat(other.id)
    with pytest.raises(Forbidden):
        await bot.send_message(other.id, "hola")


async def test_a_sandbox_that_is_started_again_repeats_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot keeps what it has had: the same numbers again would be messages that nobody answers."""
    said = []
    real_time = time.time
    for later in (0, 60):
        monkeypatch.setattr(time, "time", lambda later=later: real_time() + later)
        async with running() as box:
            await box.telegram.user(5001, "Luz").say("hola")
            said.append(box.telegram.updates.sent[-1])
    first, second = said
    assert second["update_id"] > first["update_id"]
    assert second["message"]["message_id"] > first["message"]["message_id"]
