"""Calls that agents make themselves, outside all campaigns (CRM-211, CRM-213, CRM-236).

The agent's own telephone rings first; when it is answered the number is dialled. The rules are those of every call:
do not call, blocked ranges, the licence and the trunks, one live call to a number, calls to a number in a day. A
campaign's own rules (its hours, its attempts, its "do not call again" days) hold nobody back here.
"""
