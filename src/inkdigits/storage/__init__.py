"""What was read, by whom, and what it really said: kept in a database, with the pictures beside it.

This module and ``actor`` and ``record`` need no library; :class:`inkdigits.storage.store.Store` needs the extra
``store``.
"""

from inkdigits.storage.actor import LOCAL, Actor, Role
from inkdigits.storage.record import Correction, Record

__all__ = ["LOCAL", "Actor", "Correction", "Record", "Role"]
