"""What the simulated platform says when it refuses, and how a connection can fail."""

from typing import Any


class PlatformError(Exception):
    """An answer with ok=false, in the platform's own words."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def envelope(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str, **parameters: Any) -> PlatformError:
    return PlatformError(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> PlatformError:
    return PlatformError(403, f"Forbidden: {reason}")


def too_many(retry_after: int) -> PlatformError:
    return PlatformError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


class ConnectionLostError(Exception):
    """No answer at all came back. `written` tells whether the request had left the client."""

    def __init__(self, *, written: bool) -> None:
        super().__init__("connection lost after the request was written" if written else "no connection")
        self.written = written


class GatewayError(Exception):
    """A proxy answered in the platform's stead, in HTML of a charset that may not be its own."""

    def __init__(self, status: int, body: bytes, charset: str = "utf-8") -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body
        self.charset = charset
