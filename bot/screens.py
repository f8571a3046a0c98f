"""What adapters may read: each screen over one consistent state."""

from bot.acts.office import Office
from bot.adapter import (
    AskAssistants,
    AskManners,
    AskSettings,
    AssistantOptions,
    Inspect,
    Manners,
    Screen,
    ScreenRequest,
    SettingsScreen,
)
from bot.inspection import inspect


async def read(office: Office, ask: ScreenRequest) -> Screen:
    match ask:
        case Inspect():
            return await office.store.read(inspect, ask.place)
        case AskManners():
            return Manners()
        case AskAssistants():
            return AssistantOptions(options=(), answering="")
        case AskSettings():
            return SettingsScreen(fields=(), may_change=False)
