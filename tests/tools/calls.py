"""The call that the tests' tools act on."""

from bot.tools import Call

CALL = Call(
    id="call_1", run_id="run_1", thread_id="thread_1", assistant_id="asst_tutor", person="p-1"
)
