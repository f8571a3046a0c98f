"""What a failed story looked like at its end, for whoever has to understand it."""

from tests.machine.world import World

_TABLES = {
    "runs": "SELECT id, thread_id, turn, round, status, attempts, last_error, supersedes FROM runs",
    "calls": "SELECT run_id, round, call_id, name, state, output FROM tool_calls",
    "questions": "SELECT id, run_id, position, state, slot_no FROM questions",
    "deliveries": """
        SELECT slot, run_id, slot_no, seq, place_id, state, view_version, shown_version, ref,
        attempts, reposts, not_before, sweep_at, substr(view, 1, 150) FROM deliveries ORDER BY seq
    """,
}
_NEWEST_LOGS = 40


def told(world: World) -> str:
    """Stored rows, what people see, and the newest logs."""
    lines: list[str] = []
    for name, query in _TABLES.items():
        lines += [f"-- {name}", *(str(row) for row in world.rows(query))]
    lines.append("-- on the platform")
    lines += [
        f"{post.key} {post.place} {post.slot}{' deleted' if post.deleted else ''} {post.view}"[:240]
        for post in world.people.messages
    ]
    lines.append("-- requests")
    lines += [str(asked.items[-1])[:160] for asked in world.model.requests]
    lines.append("-- logs")
    lines += [str(entry)[:240] for entry in world.logs[-_NEWEST_LOGS:]]
    return "\n".join(lines)
