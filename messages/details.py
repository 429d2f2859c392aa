"""What the trail keeps of an entry beside its act, in words: for a file, read without the bot."""

from collections.abc import Mapping

from domain.deliveries import State
from domain.people import Standing
from domain.roles import Act, Role
from domain.trail import Details, Entry
from domain.units import Form, UnitKind
from messages.roles import role_name, standing_name
from messages.speech import N_, _
from messages.unit_settings import NAMES, value_words
from messages.units import kind_name

LABELS: Mapping[str, str] = {
    "act": N_("tried"),
    "activity": N_("activity"),
    "by": N_("by way of"),
    "changes": N_("changes"),
    "count": N_("messages"),
    "drafts": N_("drafts moved"),
    "ended": N_("memberships ended"),
    "entries": N_("entries"),
    "exempt": N_("Exempt"),
    "from": N_("from"),
    "home": N_("belongs to"),
    "kind": N_("Kind"),
    "old": N_("number of the membership before"),
    "on": N_("day"),
    "parent": N_("unit above"),
    "people": N_("people"),
    "period": N_("period"),
    "role": N_("Role"),
    "rows": N_("rows"),
    "standing": N_("Standing"),
    "to": N_("to"),
    "topic": N_("topic"),
    "was": N_("before"),
}
BY: Mapping[str, str] = {
    "ADMIN_IDS": N_("an administrator by the settings"),
    "command line": N_("the machine"),
}
STATES: Mapping[str, str] = {
    State.READY: N_("not sent yet"),
    State.DEAD: N_("not delivered"),
    State.AMBIGUOUS: N_("nobody knows whether it arrived"),
}
TRIED: Mapping[Act, str] = {
    Act.POST_TOPIC: N_("post or change a topic"),
    Act.PLAN_ACTIVITY: N_("plan or change an activity"),
    Act.TAKE_ATTENDANCE: N_("take attendance"),
    Act.DECIDE_LEAVE: N_("answer a leave"),
    Act.SEE_OUTSTANDING: N_("see who has not checked in"),
    Act.READ_REFLECTIONS: N_("read reflections"),
    Act.INVITE: N_("make invitation links"),
    Act.DECIDE_JOIN: N_("let newcomers in"),
    Act.BIND_CHAT: N_("link a group"),
    Act.SEE_UNITS: N_("look at a unit"),
    Act.CHANGE_SETTINGS: N_("change settings"),
    Act.ADD_UNIT: N_("create a unit"),
    Act.CHANGE_UNIT: N_("change a unit"),
    Act.APPOINT: N_("give or end a role"),
    Act.APPOINT_ADMINISTRATOR: N_("give or end an administrator's role"),
    Act.HAND_OVER: N_("hand a role over"),
    Act.CONFIRM_HANDOVER: N_("confirm a hand-over"),
    Act.RECORD_STANDING: N_("change a standing"),
    Act.RECORD_STAY: N_("take a guest in"),
    Act.MOVE_MEMBER: N_("transfer a member"),
    Act.IMPORT_ROSTER: N_("import a roster"),
    Act.EXPORT_ROSTER: N_("export a roster"),
    Act.SEE_SUMMARY: N_("see a summary"),
    Act.SEE_NAMES: N_("see names"),
    Act.OPEN_NAMES: N_("open names from above"),
    Act.SEE_AUDIT: N_("read the trail"),
    Act.ADMINISTER: N_("administer the bot"),
}


def detail_words(entry: Entry) -> str:
    """`from: 东城支部; to: 西城支部`; empty where nothing is kept."""
    kept = entry.details
    if "setting" in kept:
        return _setting(kept)
    said = ((_label(key), _value(key, kept)) for key in kept if key != "form")
    return _("; ").join(_("{what}: {value}").format(what=what, value=value) for what, value in said if value)


def _label(key: str) -> str:
    return _(LABELS[key]) if key in LABELS else key


def _setting(kept: Details) -> str:
    name, value = str(kept["setting"]), kept.get("value")
    what = _(NAMES[name]) if name in NAMES else name
    said = _("as above the unit") if value is None else value_words(name, str(value))
    return _("{what}: {value}").format(what=what, value=said)


def _value(key: str, kept: Details) -> str:  # noqa: PLR0911 - one return a kind of value
    value = "" if kept[key] is None else str(kept[key])
    match key:
        case "act" if value in set(Act):
            return _(TRIED[Act(value)])
        case "by":
            return _(BY[value]) if value in BY else value
        case "exempt":
            return _("yes") if kept[key] else _("no")
        case "kind" if value in set(UnitKind):
            return kind_name(UnitKind(value), Form(str(kept.get("form") or Form.REGULAR)))
        case "role" if value in set(Role):
            return role_name(Role(value))
        case "standing" if value in set(Standing):
            return standing_name(Standing(value))
        case "was":
            return _(STATES[value]) if value in STATES else value
        case _:
            return value
