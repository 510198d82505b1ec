"""Request heads, capped and timed. `exhibition.intake` does that for bodies, and sees none before its head is whole.

The server's own protocol keeps every header it is sent, and waits for the next one for ever.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 64 * 1024
SECONDS = 10.0


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's HTTP protocol; a head that is too long or too slow ends its connection."""

    incomplete = 0  # bytes received since a head began
    too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """From now the first head is awaited."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Parse what came. What still belongs to an unfinished head is counted."""
        super().data_received(data)
        if self.too_late is None or self.transport.is_closing():
            return
        self.incomplete += len(data)
        if self.incomplete > MOST_BYTES:
            self.send_400_response("The head of this request is too long.")

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """A head is whole."""
        self._stop_awaiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits any more."""
        self._stop_awaiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._stop_awaiting()
        self.incomplete = 0
        self.too_late = self.loop.call_later(SECONDS, self.transport.close)

    def _stop_awaiting(self) -> None:
        if self.too_late is not None:
            self.too_late.cancel()
            self.too_late = None
