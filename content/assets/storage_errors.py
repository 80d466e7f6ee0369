"""What is refused where the store did not take something."""

from __future__ import annotations

import errno

from portal.kernel.errors import Refusal


class StorageDown(Refusal):
    """The blob store does not answer; nothing was kept."""

    status = 503
    said = "The file store does not answer just now. Nothing was kept; try again in a minute."
    # of a file that is here in parts and is tried again without its sender
    waits = "All of it has arrived. The file store does not answer just now; this goes on by itself."

    def __init__(self) -> None:
        super().__init__(self.said)


class StorageFull(StorageDown):
    """The disk of the file store is full; what arrived before is kept."""

    status = 507
    said = "The file store is full, so this was not kept. Whoever runs the portal has to make room."
    waits = "All of it has arrived. The file store is full; this goes on by itself once there is room."


def storage_fault(error: OSError) -> StorageDown:
    return StorageFull() if error.errno in {errno.ENOSPC, errno.EDQUOT} else StorageDown()
