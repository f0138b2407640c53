"""An ID token is believed only if it is signed by the provider, for us, fresh and of this very sign-in."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from server.accounts.provider import BROKEN, ProviderError, checked, is_vouched, name_of
from server.settings import Settings
from tests.kiosk_double import NOW_MS

ISSUER, NOW_S = "https://dang-nhap.test", NOW_MS // 1000
KEY, OTHER = RSAKey.generate_key(2048, auto_kid=True), RSAKey.generate_key(2048, auto_kid=True)
SETTINGS = Settings(oidc_issuer=ISSUER, oidc_client_id="hai-long")
CLAIMS = {"iss": ISSUER, "aud": "hai-long", "sub": "lan", "nonce": "n", "iat": NOW_S, "exp": NOW_S + 300}


def judge(key: RSAKey = KEY, algorithm: str = "RS256", **changed: object):
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not None}
    token = jwt.encode({"alg": algorithm, "kid": KEY.kid}, claims, key)
    return checked(token, KeySet([KEY]), ISSUER, SETTINGS, "n", NOW_MS)


def test_a_whole_token_is_believed():
    assert judge()["sub"] == "lan"
    assert judge(aud=["hai-long", "other"], azp="hai-long")["sub"] == "lan"
    assert judge(exp=NOW_S - 30)["sub"] == "lan", "clocks may be a minute apart"


@pytest.mark.parametrize(
    "changed",
    [{"key": OTHER}, {"iss": "https://evil.test"}, {"aud": "other"}, {"nonce": "m"}, {"nonce": None},
     {"exp": NOW_S - 3600}, {"exp": None}, {"sub": None}, {"aud": ["hai-long", "x"], "azp": "x"}],
)  # fmt: skip
def test_any_other_token_is_not(changed):
    with pytest.raises(ProviderError) as caught:
        judge(**changed)
    assert str(caught.value) == BROKEN


@pytest.mark.parametrize("token", ["", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsYW4ifQ."])
def test_an_unsigned_token_is_not(token):
    with pytest.raises(ProviderError):
        checked(token, KeySet([KEY]), ISSUER, SETTINGS, "n", NOW_MS)


def test_an_address_counts_only_where_it_was_verified():
    assert name_of({"email": "Lan@X.vn", "email_verified": True}, "email") == "lan@x.vn"
    assert name_of({"email": "lan@x.vn", "email_verified": "true"}, "email") is None
    assert name_of({"email": "lan@x.vn"}, "email") is None
    assert name_of({"ma_can_bo": "CB001"}, "ma_can_bo") == "cb001"
    assert name_of({"ma_can_bo": 7}, "ma_can_bo") is None


def test_a_second_step_elsewhere_counts_only_as_configured():
    assert is_vouched({"amr": ["pwd", "otp"]}, "otp mfa")
    assert is_vouched({"acr": "loa3"}, "loa3")
    assert not is_vouched({"amr": ["pwd", "otp"]}, "")
    assert not is_vouched({"amr": "otp"}, "otp")
    assert not is_vouched({}, "otp")
