"""The area's blueprint."""

from flask import Blueprint

blueprint = Blueprint("partners", __name__)
