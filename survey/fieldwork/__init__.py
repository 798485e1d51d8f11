"""Field work of household waves: from a plan and a frame to a sample, interviews, and weights.

fieldwork.plan(db, wave); fieldwork.load_frame(db, code, units); fieldwork.draw(db, code)
fieldwork.open_wave(db, code, on=…); fieldwork.assign(db, code, accounts)
visited = fieldwork.visited(db, typed, account)      # a unit, for whoever interviews there
collect.submit(db, fieldwork.placed(visited, response), at=…)
"""

from survey.fieldwork.units import Visited, placed, visited

__all__ = ["Visited", "placed", "visited"]
