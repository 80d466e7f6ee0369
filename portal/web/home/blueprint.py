"""The area's blueprint."""

from flask import Blueprint

blueprint = Blueprint("home", __name__)
