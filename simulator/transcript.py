"""What was said and shown, in order: for reading, and as JSON lines."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Line:
    """One thing that happened in a chat."""

    at: datetime
    chat: str
    chat_id: int
    who: str
    kind: str  # says, edits, deletes, taps, toast, alert, pins, joins, leaves, blocks, unblocks, opens …
    text: str = ""
    buttons: list[list[str]] = field(default_factory=list)
    media: str | None = None
    message_id: int | None = None

    def as_json(self) -> str:
        row = asdict(self) | {"at": self.at.isoformat()}
        return json.dumps({name: value for name, value in row.items() if value not in (None, "", [])},
                          ensure_ascii=False)  # fmt: skip

    def readable(self, zone: ZoneInfo) -> str:
        head = f"{self.at.astimezone(zone):%m-%d %H:%M} [{self.chat}] {self.who}"
        parts = [f"{head} {SIGNS.get(self.kind, self.kind)}"]
        if self.media:
            parts[0] += f" <{self.media}>"
        parts += [f"    {line}" for line in self.text.splitlines()]
        parts += ["    " + " ".join(f"[{label}]" for label in row) for row in self.buttons]
        return "\n".join(parts)


SIGNS = {"says": ":", "edits": "(edit):", "taps": "taps", "toast": "sees a toast:", "alert": "sees an alert:"}


class Transcript(list[Line]):
    """Every line, oldest first."""

    def write(self, path: Path) -> None:
        """One JSON object a line."""
        path.write_text("".join(line.as_json() + "\n" for line in self), encoding="utf-8")

    def readable(self, zone: str = "Asia/Shanghai") -> str:
        return "\n".join(line.readable(ZoneInfo(zone)) for line in self)
