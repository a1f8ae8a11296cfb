"""What Predictive knows of its campaigns: every look, what happened between two looks, and the pace that followed.

``watching`` hears of calls and agents as they move, ``situation`` sees the moment, ``deciding`` puts both before the
pacing method and the governor. Nothing here starts a call: that is the mode's.
"""
