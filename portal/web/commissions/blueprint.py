"""The area's blueprint."""

from flask import Blueprint

blueprint = Blueprint("commissions", __name__)
