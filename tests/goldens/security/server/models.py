"""The data of Security: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations
