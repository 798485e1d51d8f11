"""The kiosk's door: the app that a tablet at a counter runs, and what it and the service tell each other."""

from flask import Blueprint

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")

from survey.web.kiosk import api, pages  # noqa: E402, F401 - their routes hang on the blueprint
