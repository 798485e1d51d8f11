"""Simulated answers for a newcomer to look at: never in a database that holds real ones.

    staff = employ(db, at=moment)                   # who signs in to look at desks
    filled = fill(db, ends=today, responses=24_000, rng=rng, at=now)
    follow(db, staff.account, filled, ends=today, rng=rng, at=now)

Every response goes through the same door as a press, every comment, case, dispute and invitation through its
verb (`answers`, `written`, `visits`, `course`). Nothing of it is real, and every page says so.
"""

from survey.simulate.answers import PURPOSE, Filled, answer, fill
from survey.simulate.course import employ, follow

__all__ = ["PURPOSE", "Filled", "answer", "employ", "fill", "follow"]
