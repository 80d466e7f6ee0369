"""The area's blueprint."""

from flask import Blueprint

blueprint = Blueprint("reports", __name__)
