"""What an approval does, by the kind of what was proposed."""

from __future__ import annotations

from commissions.approval_models import ProposalKind
from commissions.approvals import Act

# each owner of a kind adds its act here
ACTS: dict[ProposalKind, Act] = {}
