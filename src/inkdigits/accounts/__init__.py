"""People with accounts: who they are, how they sign in, and what ends a sign-in.

Their rights are enforced where data is read, in ``storage``, by the :class:`inkdigits.storage.Actor` that this room
makes of a cookie or of what an OpenID provider says.
"""
