"""The life of an attempt, from the permit to the end of the customer's leg.

Whatever the switch forgets to say is asked for by a hang-up, never by dialling again.
"""

from campana.engine.calls.attempts import RECHECK, SILENCE, open_attempt, overdue, withdraw
from campana.engine.calls.customer import (
    HANG_UP_ANSWER,
    cancel,
    customer_ended,
    give_up_waiting,
    hang_up_customer,
    ringing,
)
from campana.engine.calls.offers import (
    RETURN,
    agent_answered,
    agent_ended,
    answered,
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
    "SILENCE",
    "agent_answered",
    "agent_ended",
    "answered",
    "cancel",
    "customer_ended",
    "give_up_waiting",
    "hang_up_customer",
    "leave_offer",
    "leave_reservation",
    "offer_next",
    "open_attempt",
    "overdue",
    "rang_in_vain",
    "return_due",
    "ring_again",
    "ringing",
    "withdraw",
]
