"""A program that reads digits over HTTP, with LiteRT and without TensorFlow; `course_lib.serving` starts and stops it.

python -m course_lib.digit_server PORT, with the token as the first line of standard input. It listens on this machine
alone, prints its port once it answers, and ends when standard input does: with whoever started it, however that ends.
"""

import asyncio
import hashlib
import os
import secrets
import socket
import sys
import threading
import time
from typing import Any

import numpy as np
import psutil
import uvicorn
from ai_edge_litert.interpreter import Interpreter
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from pydantic import BaseModel, conint, conlist

from course_lib.console import say

LARGEST_BODY = 1_000_000  # bytes
UPLOAD_S = 20  # for the upload of a model; meanwhile no other is taken
SHUTDOWN_S = 3  # for the requests that are still under way
OPEN_TO_ALL = ("/health", "/ready")


class _Pictures(BaseModel):
    """What is asked: pictures of 28 by 28 grey values, row by row."""

    pictures: conlist(
        conlist(conint(strict=True, ge=0, le=255), min_length=784, max_length=784),
        min_length=1,
        max_length=100,
    )


class _Reader:
    """A model that is loaded, held to the contract and warm."""

    def __init__(self, model: bytes) -> None:
        self.version = hashlib.sha256(model).hexdigest()[:8]
        self.network = Interpreter(model_content=model, num_threads=1)
        self.network.allocate_tensors()
        ((self.input,), (self.output,)) = self.network.get_input_details(), self.network.get_output_details()
        if list(self.input["shape"]) != [1, 28, 28, 1] or list(self.output["shape"]) != [1, 10]:
            raise ValueError(f"the model maps {self.input['shape']} to {self.output['shape']}")
        if not np.isfinite(self.read(np.zeros((1, 1, 28, 28, 1), "float32"))).all():  # the first takes longer
            raise ValueError("its answers are not numbers")

    def read(self, pictures: np.ndarray) -> list[list[float]]:
        """Return the probabilities of the ten digits for each picture."""
        answers = []
        for picture in pictures:
            self.network.set_tensor(self.input["index"], picture)
            self.network.invoke()
            logits = self.network.get_tensor(self.output["index"])[0]
            odds = np.exp(logits - logits.max())
            answers.append((odds / odds.sum()).tolist())
        return answers


class _Watch:
    """What the server counts and measures, for whoever asks for /metrics."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter("answers", "answers by status", ["status"], registry=self.registry)
        self.seconds = Histogram("request_seconds", "from first byte to last", registry=self.registry)
        self.model_seconds = Histogram("model_seconds", "of these, in the model", registry=self.registry)
        memory = Gauge("memory_bytes", "of this process", registry=self.registry)
        memory.set_function(lambda: psutil.Process().memory_info().rss)
        processor = Gauge("processor_seconds", "that this process has worked", registry=self.registry)
        processor.set_function(time.process_time)


class _Gate:
    """What each request passes first: who asks, how much is sent, and a note of the answer."""

    def __init__(self, app: Any, token: str, watch: _Watch) -> None:
        self.app, self.expected, self.watch = app, f"Bearer {token}".encode(), watch

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        """Handle one request: `scope` describes it, `receive` awaits a piece of its body, `send` answers."""
        received = 0

        async def counted() -> dict:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:  # counted as it comes: a chunked upload does not say how long it is
                raise HTTPException(413, f"send at most {LARGEST_BODY:,} bytes")
            return message

        async def noted(message: dict) -> None:
            if message["type"] == "http.response.start":
                self.watch.answers.labels(message["status"]).inc()
            await send(message)

        if scope["type"] != "http":  # the server starts or stops
            await self.app(scope, receive, send)
            return
        known = secrets.compare_digest(dict(scope["headers"]).get(b"authorization", b""), self.expected)
        refusal = JSONResponse({"detail": "who are you?"}, 401, {"WWW-Authenticate": "Bearer"})
        with self.watch.seconds.time():
            await (self.app if known or scope["path"] in OPEN_TO_ALL else refusal)(scope, counted, noted)


def build_app(token: str) -> FastAPI:
    """Build the server's application."""
    app, watch, changing = FastAPI(title="Digits", docs_url=None, redoc_url=None), _Watch(), asyncio.Lock()
    app.state.reader = None
    app.add_middleware(_Gate, token=token, watch=watch)

    def reader_in_use() -> _Reader:
        if app.state.reader is None:
            raise HTTPException(503, "no model yet: PUT one to /model")
        return app.state.reader

    @app.get("/health")
    async def health() -> dict:
        return {"alive": True}

    @app.get("/ready")
    async def ready() -> dict:
        return {"model": reader_in_use().version}

    @app.post("/read")
    async def read(question: _Pictures) -> dict:
        reader = reader_in_use()  # looked up once: this request keeps it, whatever is loaded meanwhile
        pictures = np.array(question.pictures, "float32").reshape(-1, 1, 28, 28, 1)
        with watch.model_seconds.time():
            probabilities = reader.read(pictures)
        return {"model": reader.version, "probabilities": probabilities}

    @app.put("/model")
    async def change_model(request: Request) -> dict:
        if changing.locked():
            raise HTTPException(409, "another model is on its way in")
        try:
            async with changing, asyncio.timeout(UPLOAD_S):
                app.state.reader = await asyncio.to_thread(_Reader, await request.body())
        except ValueError as error:
            raise HTTPException(422, f"not such a model: {error}") from error
        except TimeoutError as error:
            raise HTTPException(408, f"the upload took more than {UPLOAD_S} seconds") from error
        return {"model": app.state.reader.version}

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(watch.registry), media_type="text/plain; version=0.0.4")

    return app


def _main(port: int) -> None:
    """Serve until standard input ends."""
    pipe = sys.stdin.buffer.raw  # unbuffered: no lock is held at the end
    app = build_app(token=pipe.readline().decode().strip())
    listening = socket.create_server(("127.0.0.1", port))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer may wait 40 ms: chapter 16b
    quiet = {"log_level": "warning", "access_log": False, "timeout_graceful_shutdown": SHUTDOWN_S}
    server = uvicorn.Server(uvicorn.Config(app, http="h11", ws="none", **quiet))

    def follow_the_starter() -> None:
        while not server.started:
            time.sleep(0.01)
        say(str(listening.getsockname()[1]), flush=True)
        pipe.read(1)
        server.should_exit = True
        time.sleep(2 * SHUTDOWN_S)
        os._exit(1)  # it hangs

    threading.Thread(target=follow_the_starter, daemon=True).start()
    server.run(sockets=[listening])


if __name__ == "__main__":
    _main(int(sys.argv[1]))
