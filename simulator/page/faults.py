"""The faults of the page's switches, and how they show."""

from time import monotonic, time

from simulator.chats import JSON
from simulator.faults import Fault, Faults

KINDS = {
    "too_many": Fault.TOO_MANY,
    "slow": Fault.SLOW,
    "server_error": Fault.SERVER_ERROR,
    "drop_before": Fault.DROP_BEFORE,
    "drop_after": Fault.DROP_AFTER,
}
NAMES = {kind: name for name, kind in KINDS.items()}
LASTING = {
    "too_many": 10.0,
    "slow": 60.0,
}  # seconds, unless told otherwise; the others befall the next message
SLOWNESS = 3.0  # seconds each answer takes on a slow network
EPOCH = time() - monotonic()  # from the one clock to the other, once: the end of a spell does not tremble


def faults_shape(faults: Faults) -> JSON:
    """What waits to happen, and which spells last until when, by the machine's clock in milliseconds."""
    return {
        "planned": {NAMES[kind]: count for kind, count in faults.planned().items() if kind in NAMES},
        "lasting": {
            NAMES[kind]: round((until + EPOCH) * 1000) for kind, until in faults.spells(monotonic()).items()
        },
    }
