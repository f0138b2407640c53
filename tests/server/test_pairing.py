"""Pairing at the centre: a request grants nothing, a person confirms it once, and only its own key is granted."""

import re
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey import pairing, signature, wire
from survey.pairing import ANSWER_PATH, PATH, PairAnswer, PairOffer, PairPoll, PairRequest
from survey.problem import Problem
from tests.kiosk_double import HOST, NOW_MS
from tests.server.conftest import COUNTER, ORIGIN, connect, csrf

PAGE = "/thiet-bi/ghep"


class Newcomer:
    """A kiosk without a code, made of the contract alone."""

    def __init__(self, client, key=None):
        self.client, self.key = client, key or Ed25519PrivateKey.generate()
        self.public_key = self.key.public_key().public_bytes_raw()
        self.secret = secrets.token_bytes(32)

    def post(self, path, message, key=None):
        body, self.nonce = wire.encode(message), secrets.token_hex(16)
        signed = signature.sign_request(
            "POST", HOST, path, body, key=key or self.key, keyid="pairing", nonce=self.nonce
        )
        return self.client.post(path, content=body, headers={"content-type": wire.CONTENT_TYPE} | signed)

    def ask(self, key=None):
        commitment = pairing.commitment(self.public_key, self.secret)
        request = PairRequest(version=1, public_key=self.public_key, commitment=commitment, nonce="0" * 32, model="Pi")
        answer = self.post(PATH, request, key)
        if answer.status_code == 200:
            self.offer = wire.decode(answer.content, PairOffer)
        return answer

    def poll(self, key=None, secret=None):
        return self.post(
            ANSWER_PATH, PairPoll(version=1, letters=self.offer.letters, secret=secret or self.secret), key
        )

    def words(self):
        return pairing.words(self.public_key, self.offer.centre_key, self.secret, self.offer.salt)


@pytest.fixture
def newcomer(client):
    found = Newcomer(client)
    assert found.ask().status_code == 200
    return found


def code(answer):
    return answer.status_code, wire.decode(answer.content, Problem).code


def confirm(client, newcomer, counter=COUNTER, **more):
    token = csrf(client.get(PAGE + "?ma=" + newcomer.offer.letters)) if "csrf" not in more else more.pop("csrf")
    data = {"csrf": token, "ma": newcomer.offer.letters, "quay": counter, "giong": "1"} | more
    return client.post(PAGE, data=data, headers=ORIGIN)


def test_asking_grants_nothing_and_a_confirmed_kiosk_works_at_its_counter(signed_in, newcomer, rows, client):
    waiting = wire.decode(newcomer.poll().content, PairAnswer)
    assert waiting.grant is None
    assert rows("SELECT count(*) FROM devices") == [(0,)]
    shown = signed_in.get(PAGE + "?ma=" + pairing.grouped(newcomer.offer.letters)).text
    assert re.findall(r"<li>([^<]+)</li>", re.search(r"four-words.*?</ol>", shown, re.DOTALL)[0]) == newcomer.words()
    assert "Đã ghép" in confirm(signed_in, newcomer).text
    granted = wire.decode(newcomer.poll().content, PairAnswer).grant
    assert granted.centre_key == newcomer.offer.centre_key
    assert rows("SELECT id, counter_id FROM devices") == [(granted.device, COUNTER)]
    assert rows("SELECT action FROM audit WHERE action = 'device.pair'") == [("device.pair",)]
    kiosk = connect(client)
    kiosk.key, kiosk.device = newcomer.key, granted.device
    kiosk.centre_key = Ed25519PublicKey.from_public_bytes(granted.centre_key)
    assert kiosk.settings().counter.id == COUNTER


def test_words_are_shown_only_after_the_kiosk_has_told_its_secret(signed_in, newcomer):
    before = signed_in.get(PAGE + "?ma=" + newcomer.offer.letters).text
    assert "Máy chưa trả lời trung tâm" in before
    assert "four-words" not in before


def test_a_request_is_confirmed_once(signed_in, newcomer, rows):
    newcomer.poll()
    assert confirm(signed_in, newcomer).status_code == 200
    token = csrf(signed_in.get(PAGE))
    again = confirm(signed_in, newcomer, csrf=token)
    assert (again.status_code, "chỉ ghép một lần" in again.text) == (422, True)
    assert rows("SELECT count(*) FROM devices") == [(1,)]


def test_another_key_is_neither_heard_nor_granted(signed_in, newcomer, client):
    other = Ed25519PrivateKey.generate()
    assert code(newcomer.poll(key=other)) == (401, "bad_signature")
    assert code(Newcomer(client, newcomer.key).ask(key=other)) == (401, "bad_signature")
    newcomer.poll()
    confirm(signed_in, newcomer)
    assert code(newcomer.poll(key=other)) == (401, "bad_signature")
    assert code(newcomer.poll(secret=bytes(32))) == (400, "wrong_secret")


def test_a_secret_is_what_the_kiosk_was_committed_to(newcomer):
    assert code(newcomer.poll(secret=bytes(32))) == (400, "wrong_secret")


def test_a_request_ends_after_half_an_hour(signed_in, newcomer, clock):
    newcomer.poll()
    clock.now_ms = NOW_MS + 20 * 60_000
    token = csrf(signed_in.get(PAGE))
    clock.now_ms = NOW_MS + 30 * 60_000 + 1
    assert code(newcomer.poll()) == (410, "pairing_expired")
    late = confirm(signed_in, newcomer, csrf=token)
    assert (late.status_code, "quá 30 phút" in late.text) == (422, True)
    assert "quá 30 phút" in signed_in.get(PAGE + "?ma=" + newcomer.offer.letters).text


def test_a_lost_grant_is_given_again_after_a_power_cut(signed_in, newcomer, client, rows):
    newcomer.poll()
    confirm(signed_in, newcomer)
    again = Newcomer(client, newcomer.key)
    assert again.ask().status_code == 200
    assert wire.decode(again.poll().content, PairAnswer).grant.device == "ks-000001"
    assert rows("SELECT count(*) FROM devices") == [(1,)]


def test_a_key_that_was_enrolled_with_a_code_is_no_newcomer(client, kiosk):
    assert code(Newcomer(client, kiosk.key).ask()) == (409, "key_known")


def test_words_unmarked_wrong_letters_and_foreign_counters_pair_nothing(as_role, signed_in, newcomer, rows):
    newcomer.poll()
    unmarked = confirm(signed_in, newcomer, giong="")
    assert (unmarked.status_code, "so bốn từ" in unmarked.text.lower()) == (422, True)
    assert f'value="{COUNTER}" selected' in unmarked.text
    local = as_role("technician", "phuong-minh-xuan")
    assert COUNTER not in local.get(PAGE + "?ma=" + newcomer.offer.letters).text
    assert confirm(local, newcomer).status_code == 422
    assert "Không có máy nào" in local.get(PAGE + "?ma=7777-7777").text
    assert "Không có máy nào" in local.get(PAGE + "?ma=xin").text
    assert rows("SELECT count(*) FROM devices") == [(0,)]


def test_one_place_may_not_ask_without_end(client):
    answers = [Newcomer(client).ask().status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
