"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

from flask import Response, make_response


def problem(status: int, sentence: str) -> Response:
    answer = make_response({"type": "about:blank", "title": sentence, "status": status}, status)
    answer.headers["Content-Type"] = "application/problem+json"
    return answer
