"""The part of a generated server that is the same for every API: Connexion, made strict.

Connexion routes by the lowered document; parameters, bodies and answers are checked against the
original one; whatever goes wrong is answered in the API's own error envelope.
"""

from .app import build_app
from .envelope import Envelope
from .errors import ApiError, ContractError
from .gate import Gate
from .options import Cors, ServerOptions
from .query import Pairs
from .request import Request, Response, Result
from .routes import Parameter, Route
from .security import BasicCredentials
from .streams import EventStream, ServerSentEvent
from .timestamps import Timestamp
from .uploads import UploadedFile

__all__ = [
    "ApiError",
    "BasicCredentials",
    "ContractError",
    "Cors",
    "Envelope",
    "EventStream",
    "Gate",
    "Pairs",
    "Parameter",
    "Request",
    "Response",
    "Result",
    "Route",
    "ServerOptions",
    "ServerSentEvent",
    "Timestamp",
    "UploadedFile",
    "build_app",
]
