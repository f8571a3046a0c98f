"""A webhook function in plain Python: makes sure that Docent asks, then looks a word up."""

import base64
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_KEY"].removeprefix("whsec_"))
MEANINGS = {"slope": "How much a line rises for each step to the right."}


def is_genuine(call: str, sent: str, signature: str, body: bytes) -> bool:
    digest = hmac.digest(KEY, f"{call}.{sent}.".encode() + body, "sha256")
    expected = "v1," + base64.b64encode(digest).decode()
    return hmac.compare_digest(expected, signature) and abs(time.time() - int(sent)) < 300


class Receiver(BaseHTTPRequestHandler):
    timeout = 10  # seconds for a request to arrive

    def do_POST(self) -> None:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        call, sent, signature = (self.headers.get(name, "") for name in names)
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 1_000_000))
        if not is_genuine(call, sent, signature, body):
            self.send_error(401)
            return
        arguments = json.loads(body)["data"]["arguments"]
        answer = json.dumps({"meaning": MEANINGS.get(arguments.get("word"))}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


if __name__ == "__main__":
    address = ("127.0.0.1", int(os.environ.get("PORT", "8100")))
    ThreadingHTTPServer(address, Receiver).serve_forever()
