"""JSON files that people send: UTF-8, one object, every fault a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from portal.kernel.errors import Refusal


def json_object(data: bytes, refused: Callable[[str], Refusal], **read: Any) -> dict[str, Any] | None:
    """The object that the file holds; None when it is JSON of another kind. `read` is for `json.loads`."""
    try:
        document = json.loads(data.decode("utf-8-sig"), **read)
    except UnicodeDecodeError:
        raise refused("The file is not UTF-8 text.") from None
    except json.JSONDecodeError as problem:
        raise refused(f"Line {problem.lineno}: the file is not JSON ({problem.msg}).") from None
    except ValueError:
        raise refused("A number of the file is too long.") from None
    except RecursionError:
        raise refused("The file is nested too deeply.") from None
    return document if isinstance(document, dict) else None
