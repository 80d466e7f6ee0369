"""The library: search, assets, their pages and files, the viewer, and uploading."""

from portal.web.content import (  # noqa: F401  the views register themselves
    acknowledging,
    answering,
    approving,
    arranging,
    arrivals,
    asking_to_read,
    assets,
    beats,
    bulk,
    changes,
    cobranding,
    collections,
    completing,
    confirming,
    demo_steps,
    demos,
    digest,
    editing,
    feedback,
    files,
    incoming,
    library,
    links,
    manage,
    must_reads,
    naming,
    own_searches,
    proposed_captions,
    requests,
    review_queue,
    saved,
    scheduling,
    steps,
    synonyms,
    translations,
    upload,
    view_as,
    viewer,
    words,
    zones,
)
from portal.web.content.blueprint import blueprint

# mail programs send it without a page of ours and so without a form token (RFC 8058)
WITHOUT_TOKEN = (digest.stop_digest,)
# they check the form token themselves, once they know who is asking (large_body)
LARGE_BODIES = (upload.create, upload.create_version, incoming.send_part)

__all__ = ["LARGE_BODIES", "WITHOUT_TOKEN", "blueprint"]
