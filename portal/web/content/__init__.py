"""The library: search, assets, their pages and files, the viewer, and uploading."""

from portal.web.content import (  # noqa: F401  the views register themselves
    answering,
    assets,
    beats,
    bulk,
    cobranding,
    completing,
    confirming,
    demo_steps,
    demos,
    editing,
    feedback,
    files,
    incoming,
    library,
    links,
    manage,
    requests,
    review_queue,
    saved,
    scheduling,
    steps,
    translations,
    upload,
    view_as,
    viewer,
    words,
)
from portal.web.content.blueprint import blueprint

# they check the form token themselves, once they know who is asking (large_body)
LARGE_BODIES = (upload.create, upload.create_version, incoming.send_part)

__all__ = ["LARGE_BODIES", "blueprint"]
