"""What is refused where the store did not take something."""

from __future__ import annotations

import errno

from content.assets.errors import StorageDown
from portal.kernel.errors import Refusal


class StorageFull(StorageDown):
    """The disk of the file store is full; what arrived before is kept."""

    status = 507

    def __init__(self) -> None:
        said = "The file store is full, so this was not kept. Whoever runs the portal has to make room."
        Refusal.__init__(self, said)


def storage_fault(error: OSError) -> StorageDown:
    return StorageFull() if error.errno in {errno.ENOSPC, errno.EDQUOT} else StorageDown()
