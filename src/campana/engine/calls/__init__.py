"""The life of an attempt, from the permit to the end of the customer's leg.

Whatever the switch forgets to say is asked for by a hang-up, never by dialling again.
"""

from campana.engine.calls.attempts import RECHECK, open_attempt, withdraw
from campana.engine.calls.customer import (
    HANG_UP_ANSWER,
    cancel,
    customer_ended,
    give_up_waiting,
    hang_up_customer,
    hotline_health,
    message_over,
    ringing,
)
from campana.engine.calls.detection import answered, judged, no_verdict
from campana.engine.calls.offers import (
    RETURN,
    agent_answered,
    agent_ended,
    leave_offer,
    leave_reservation,
    offer_next,
    rang_in_vain,
    return_due,
    ring_again,
)

__all__ = [
    "HANG_UP_ANSWER",
    "RECHECK",
    "RETURN",
    "agent_answered",
    "agent_ended",
    "answered",
    "cancel",
    "customer_ended",
    "give_up_waiting",
    "hang_up_customer",
    "hotline_health",
    "judged",
    "leave_offer",
    "leave_reservation",
    "message_over",
    "no_verdict",
    "offer_next",
    "open_attempt",
    "rang_in_vain",
    "return_due",
    "ring_again",
    "ringing",
    "withdraw",
]
