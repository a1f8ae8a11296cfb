"""Asterisk 22 as a Switch, over ARI."""

from campana.telephony.asterisk.switch import AsteriskSwitch

__all__ = ["AsteriskSwitch"]
