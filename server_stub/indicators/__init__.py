"""Indicators at the centre: released rows → partial sums → merged → estimates with their error."""

from server_stub.indicators.estimate import estimates_of
from server_stub.indicators.evaluate import evaluate
from server_stub.indicators.partial import Partial, merge
from server_stub.indicators.released import released_rows

__all__ = ["Partial", "estimates_of", "evaluate", "merge", "released_rows"]
