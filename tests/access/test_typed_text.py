"""What is typed reaches no view with a character that PostgreSQL does not keep (R19)."""

from __future__ import annotations

from flask import Flask, request


def test_r19_a_nul_in_a_form_or_an_address_is_a_space_and_all_values_stay(
    app: Flask,
) -> None:
    fields = {"name": ["one\x00two", "three"], "empty": [""]}
    with app.test_request_context("/?q=a%00b&q=c", method="POST", data=fields):
        assert request.form.to_dict(flat=False) == {"name": ["one two", "three"], "empty": [""]}
        assert request.args.getlist("q") == ["a b", "c"]
        assert request.values["name"] == "one two"
