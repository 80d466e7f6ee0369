"""The description of the API, generated from the code that serves it (OpenAPI 3.1)."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, current_app, jsonify
from pydantic import TypeAdapter

from portal.web.access import public
from portal.web.api.blueprint import blueprint
from portal.web.api.operations import Described, Form, described

_PATH_PART = re.compile(r"<(?:\w+:)?(\w+)>")
_REF = "#/components/schemas/{model}"


@blueprint.get("/openapi.json")
@public("the description holds no data")
def openapi() -> Response:
    return jsonify(description())


def description() -> dict[str, Any]:
    """The whole document; only calls that are offered are in it."""
    schemas: dict[str, Any] = {"Problem": _PROBLEM}
    paths: dict[str, Any] = {}
    for rule in current_app.url_map.iter_rules():
        call = described(rule.endpoint)
        if call is None:
            continue
        path = _PATH_PART.sub(r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation(rule.endpoint, path, call, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Makegood", "version": "1"},
        "security": [{"key": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": dict(sorted(schemas.items())),
        },
    }


_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
    },
    "required": ["type", "title", "status"],
}


def _operation(endpoint: str, path: str, call: Described, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.partition(".")[2],
        "summary": call.summary,
        "parameters": _path_parameters(path) + _query_parameters(call, schemas),
        "responses": {
            str(call.status): {
                "description": call.summary,
                "content": {"application/json": {"schema": _schema(call.answer, schemas, "serialization")}},
            },
            **_problems(call, path),
        },
    }
    if call.body is not None:
        schema = _schema(call.body, schemas, "validation")
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if call.form is not None:
        schema = _form_schema(call.form)
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    if call.query is None:
        operation["parameters"].append(_IDEMPOTENCY_KEY)
    return operation


def _form_schema(form: Form) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary"},
            **{name: {"type": "string"} for name in form.fields},
        },
        "required": ["file", *(name for name, is_required in form.fields.items() if is_required)],
        "additionalProperties": False,
    }


_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
}


def _problems(call: Described, path: str) -> dict[str, Any]:
    statuses = {"401": "no valid key", "403": "not allowed", "422": "cannot be read or is refused"}
    if "{" in path:
        statuses["404"] = "not there, or not yours"
    if call.query is None:
        statuses |= {"400": "cannot be read", "409": "conflict", "413": "too large"}
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": text, "content": content} for status, text in sorted(statuses.items())}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(call: Described, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if call.query is None:
        return []
    schema = _schema(call.query, schemas, "validation")
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema.get("properties", {}).items()
    ]


def _schema(kind: Any, schemas: dict[str, Any], mode: Any) -> dict[str, Any]:
    schema = TypeAdapter(kind).json_schema(ref_template=_REF, mode=mode)
    schemas.update(schema.pop("$defs", {}))
    return schema
