"""Who the bot is: the workspace and the user behind a token."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.slack.send import WebApi
from bot.adapter import Unknown


class Identity(BaseModel):
    """What auth.test says."""

    model_config = ConfigDict(frozen=True)

    team_id: str = Field(pattern=r"^[A-Z0-9]{1,32}$")
    user_id: str = Field(pattern=r"^[A-Z0-9]{1,32}$")
    bot_id: str = ""
    team: str = ""
    user: str = ""

    def wrote(self, user: str, bot_id: str) -> bool:
        """Whether a message of that user, or of that bot, is ours."""
        return user == self.user_id or (bool(bot_id) and bot_id == self.bot_id)


async def identify(api: WebApi) -> Identity:
    """Ask Slack. Raises Refused and Unknown."""
    answer = await api.call("auth.test", params={})
    try:
        return Identity.model_validate(answer)
    except ValidationError as error:
        raise Unknown("auth.test") from error
