"""The signature profile, held against a general RFC 9421 library both ways."""

import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms

from survey.signature import SignatureError, check_request, check_response, sign_request, sign_response

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
NONCE = "0123456789abcdef" * 2
BODY = b'{"hello":"b\xc3\xa1n"}'
WHERE = ("POST", "kiosk.example:8443", "/api/v1/batches")


class Keys(HTTPSignatureKeyResolver):
    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return KEY

    def resolve_public_key(self, key_id: str) -> object:
        return KEY.public_key()


@dataclass
class Message:
    method: str = "POST"
    url: str = "https://kiosk.example:8443/api/v1/batches"
    headers: dict = field(default_factory=dict)


def lower(headers: dict) -> dict:
    return {name.lower(): value for name, value in headers.items()}


def signed() -> dict:
    return lower(sign_request(*WHERE, BODY, key=KEY, keyid="k-0001", nonce=NONCE))


def test_a_general_library_believes_what_we_sign() -> None:
    message = Message(headers=sign_request(*WHERE, BODY, key=KEY, keyid="k-0001", nonce=NONCE))
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Keys())
    results = verifier.verify(message, max_age=None, expect_tag="hailong-v1", body=BODY)
    assert results[0].nonce == NONCE


def test_we_believe_what_a_general_library_signs_in_our_profile() -> None:
    message = Message()
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=Keys())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        signer.sign(
            message,
            key_id="k-0001",
            created=datetime.fromtimestamp(0, UTC),
            nonce=NONCE,
            label="hl",
            tag="hailong-v1",
            covered_component_ids=("@method", "@authority", "@path", "content-digest"),
            body=BODY,
        )
    assert check_request(*WHERE, BODY, lower(message.headers), KEY.public_key()) == ("k-0001", NONCE)


def test_a_signed_request_names_its_signer_and_nonce() -> None:
    assert check_request(*WHERE, BODY, signed(), KEY.public_key()) == ("k-0001", NONCE)


@pytest.mark.parametrize(
    ("where", "body", "headers"),
    [
        (("GET", *WHERE[1:]), BODY, {}),
        ((WHERE[0], "evil.example", WHERE[2]), BODY, {}),
        ((*WHERE[:2], "/api/v1/enrolments"), BODY, {}),
        (WHERE, BODY + b" ", {}),
        (WHERE, BODY, {"signature": "hl=:AAAA:"}),
        (WHERE, BODY, {"signature": "hl=:%%%%:"}),
        (WHERE, BODY, {"signature": ""}),
        (WHERE, BODY, {"signature-input": ""}),
        (WHERE, BODY, {"signature-input": 'hl=("@method");created=0;keyid="k-0001"'}),
        (WHERE, BODY, {"content-digest": "sha-256=:AAAA:"}),
    ],
)
def test_any_change_is_refused(where: tuple, body: bytes, headers: dict) -> None:
    with pytest.raises(SignatureError):
        check_request(*where, body, signed() | headers, KEY.public_key())


def test_a_signature_that_leaves_a_component_out_is_refused() -> None:
    thin = signed()
    thin["signature-input"] = thin["signature-input"].replace(' "content-digest"', "")
    with pytest.raises(SignatureError, match="cover"):
        check_request(*WHERE, BODY, thin, KEY.public_key())


def test_another_key_is_refused() -> None:
    with pytest.raises(SignatureError, match="key"):
        check_request(*WHERE, BODY, signed(), Ed25519PrivateKey.generate().public_key())


def test_an_answer_is_believed_only_for_its_own_nonce_and_status() -> None:
    headers = lower(sign_response(200, BODY, key=KEY, nonce=NONCE))
    check_response(200, BODY, headers, KEY.public_key(), NONCE)
    with pytest.raises(SignatureError, match="another request"):
        check_response(200, BODY, headers, KEY.public_key(), "f" * 32)
    with pytest.raises(SignatureError):
        check_response(304, BODY, headers, KEY.public_key(), NONCE)
