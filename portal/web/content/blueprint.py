"""The area's blueprint."""

from flask import Blueprint

blueprint = Blueprint("content", __name__)
