"""The limit of single ballots: a server that only checks a request's signature and signs an answer, with no database.

Same HTTP library, event loop and protocol as the centre's. Keys come on the command line: `PORT PUBLIC_KEY_HEX`.
"""

import gc
import secrets
import sys

import uvicorn
from litestar.types import Receive, Scope, Send

from server.devices.signed import Answer, read, tell
from server.front import Protocol
from survey import signature, wire

BODY = wire.encode({"filled": "x" * 420})
"""As long as the receipt of one ballot."""


def main() -> None:
    """Serve until stopped."""
    port, public = int(sys.argv[1]), signature.SwiftPublicKey(bytes.fromhex(sys.argv[2]))
    own = signature.SwiftPrivateKey(secrets.token_bytes(32))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        question = await read(scope, receive, 1 << 20)
        authority = question.headers["host"]
        signed = signature.check_request(
            question.method, authority, question.path, question.body, question.headers, public
        )
        headers = {"content-type": wire.CONTENT_TYPE, "cache-control": "no-store"}
        headers |= signature.sign_response(200, BODY, key=own, nonce=signed.nonce)
        await tell(send, Answer(200, BODY, headers))

    gc.freeze()
    print("ready", flush=True)
    uvicorn.run(
        app, host="127.0.0.1", port=port, loop="uvloop", http=Protocol, lifespan="off",
        access_log=False, log_level="warning", server_header=False, proxy_headers=False, timeout_keep_alive=30,
    )  # fmt: skip


if __name__ == "__main__":
    main()
