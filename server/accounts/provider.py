"""Signing in with the organisation's OpenID provider: authorization code, PKCE, state, nonce, a signed ID token.

Who somebody is comes from there; whether they have an account, and what they may do, is decided here alone.
"""

import base64
import hmac
import secrets
from typing import Any, Final

import msgspec
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from server.accounts import queries, sealing
from server.accounts.queries import Account
from server.accounts.sessions import new_token, token_hash
from server.accounts.sign_in import Entered
from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.settings import Settings

RETURN_PATH: Final = "/dang-nhap/co-quan/ve"
ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
TIMEOUT_S: Final = 8
LASTS_MS: Final = 10 * 60_000
LEEWAY_S: Final = 60
UNREACHED = "Chưa liên lạc được với hệ thống đăng nhập của cơ quan. Xin thử lại sau, hoặc dùng mật khẩu."
BROKEN = "Lần đăng nhập này không hoàn tất. Xin bấm lại “Đăng nhập bằng tài khoản cơ quan”."
STRANGER = "Tài khoản cơ quan này chưa được mời vào hệ thống. Xin liên hệ người quản trị để được mời."


class ProviderError(Exception):
    """A sign-in that did not come about; `str()` says in Vietnamese what to do. why: for the log, names nobody."""

    def __init__(self, words: str, why: str) -> None:
        super().__init__(words)
        self.why = why


class Begun(msgspec.Struct, frozen=True):
    """What a browser carries, sealed, while it is at the provider's. until: Unix milliseconds."""

    state: str
    nonce: str
    verifier: str
    until: int


def is_offered(settings: Settings) -> bool:
    """Return whether this centre has a provider."""
    return bool(settings.oidc_issuer and settings.oidc_client_id)


def begin(centre: Centre) -> tuple[str, str]:
    """Return (address at the provider, sealed cookie). Raises ProviderError."""
    told = _metadata(centre.settings)
    nonce, verifier = secrets.token_urlsafe(24), generate_token(64)
    with _session(centre.settings) as session:
        address, state = session.create_authorization_url(
            told["authorization_endpoint"], nonce=nonce, code_verifier=verifier
        )
    begun = msgspec.json.encode(Begun(state, nonce, verifier, centre.now_ms() + LASTS_MS))
    return address, base64.urlsafe_b64encode(sealing.seal(centre, "provider", "", begun)).decode()


def finish(centre: Centre, cookie: str, state: str, code: str, browser: str) -> Entered:
    """Return the session of whom the provider names. Raises ProviderError."""
    begun = _begun(centre, cookie)
    if begun is None or begun.until <= centre.now_ms() or not hmac.compare_digest(begun.state, state) or not code:
        raise ProviderError(BROKEN, "state")
    claims = _claims(centre, begun, code)
    who = name_of(claims, centre.settings.oidc_claim)
    with centre.engine.connect() as connection:
        account = queries.by_login(connection, who) if who else None
    if account is None or account.is_disabled:
        raise ProviderError(STRANGER, "no account")
    return _enter(centre, account, is_vouched(claims, centre.settings.oidc_second_step), browser)


def name_of(claims: dict[str, Any], claim: str) -> str | None:
    """Return what accounts are matched by, or None; an e-mail address counts only where the provider verified it."""
    value = claims.get(claim)
    if not isinstance(value, str) or not value or (claim == "email" and claims.get("email_verified") is not True):
        return None
    return value.strip().casefold()


def is_vouched(claims: dict[str, Any], wanted: str) -> bool:
    """Return whether the provider says it did a second step that this centre takes for one.

    wanted: values of `amr` or `acr`, spaces between; "" takes none.
    """
    amr = claims.get("amr")
    told = {str(one) for one in amr} if isinstance(amr, list) else set()
    return bool(set(wanted.split()) & (told | {str(claims.get("acr", ""))}))


def _enter(centre: Centre, account: Account, vouched: bool, browser: str) -> Entered:
    now_ms, token, csrf = centre.now_ms(), new_token(), secrets.token_urlsafe(24)
    needs_code = account.totp is not None and not vouched

    def enter(work: Work) -> None:
        queries.open_session(
            work, token_hash(centre, token), account.id, csrf, now_ms, browser=browser, needs_code=needs_code,
            is_vouched=vouched,
        )  # fmt: skip
        record(work, now_ms, account.name, "sign_in.half" if needs_code else "sign_in.provider", "")

    centre.writer.run(enter)
    return Entered(token, must_change=False, needs_code=needs_code)


def _begun(centre: Centre, cookie: str) -> Begun | None:
    try:
        plain = sealing.unseal(centre, "provider", "", base64.urlsafe_b64decode(cookie[:2000]))
        return None if plain is None else msgspec.json.decode(plain, type=Begun)
    except (ValueError, msgspec.DecodeError):
        return None


def _session(settings: Settings) -> Any:
    return OAuth2Session(
        settings.oidc_client_id,
        settings.oidc_client_secret or None,
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_client_secret else "none",
        scope="openid email profile",
        redirect_uri=settings.public_base + RETURN_PATH,
        code_challenge_method="S256",
    )


def _metadata(settings: Settings) -> dict[str, Any]:
    issuer = settings.oidc_issuer.rstrip("/")
    told = _fetch(f"{issuer}/.well-known/openid-configuration")
    if str(told.get("issuer", "")).rstrip("/") != issuer:
        raise ProviderError(UNREACHED, "issuer")
    return told


def _fetch(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderError(UNREACHED, type(error).__name__) from error
    if not isinstance(told, dict):
        raise ProviderError(UNREACHED, "no object")
    return told


def _claims(centre: Centre, begun: Begun, code: str) -> dict[str, Any]:
    told = _metadata(centre.settings)
    try:
        with _session(centre.settings) as session:
            given = session.fetch_token(
                told["token_endpoint"], code=code, code_verifier=begun.verifier, timeout=TIMEOUT_S
            )
    except (OAuthError, requests.RequestException, ValueError) as error:
        raise ProviderError(BROKEN, type(error).__name__) from error
    keys = KeySet.import_key_set(_fetch(told["jwks_uri"]))  # type: ignore[arg-type]
    return checked(str(given.get("id_token", "")), keys, told["issuer"], centre.settings, begun.nonce, centre.now_ms())


def checked(id_token: str, keys: KeySet, issuer: str, settings: Settings, nonce: str, now_ms: int) -> dict[str, Any]:
    """Return the claims of an ID token that is signed, ours, fresh and of this sign-in. Raises ProviderError."""
    registry = jwt.JWTClaimsRegistry(
        now=now_ms // 1000,
        leeway=LEEWAY_S,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        exp={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
        registry.validate(claims)
    except (JoseError, ValueError) as error:
        raise ProviderError(BROKEN, type(error).__name__) from error
    if claims.get("azp", settings.oidc_client_id) != settings.oidc_client_id:
        raise ProviderError(BROKEN, "azp")
    return dict(claims)
