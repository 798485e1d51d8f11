"""The interviewers' door: the app that runs on a phone in the field, and what it and the service tell each other."""

from flask import Blueprint

blueprint = Blueprint("field", __name__, url_prefix="/field")

from survey.web.field import api, pages  # noqa: E402, F401 - their routes hang on the blueprint
