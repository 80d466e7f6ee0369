"""The area's blueprint."""

from flask import Blueprint

blueprint = Blueprint("auth", __name__)
