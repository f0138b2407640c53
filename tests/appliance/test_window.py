"""The display: chosen on purpose, or its absence told in one line."""

import pytest

from appliance.window import NoDisplayError, choose_video


def test_what_the_environment_asks_for_is_used(tmp_path):
    assert choose_video({"SDL_VIDEODRIVER": "offscreen", "DISPLAY": ":0"}, tmp_path) == "offscreen"


def test_a_desktop_is_x11_and_a_bare_card_is_kmsdrm(tmp_path):
    assert choose_video({"DISPLAY": ":0"}, tmp_path) == "x11"
    (tmp_path / "card1").touch()
    assert choose_video({}, tmp_path) == "kmsdrm"


def test_no_display_is_an_error_of_one_line(tmp_path):
    with pytest.raises(NoDisplayError) as told:
        choose_video({}, tmp_path / "none")
    assert "\n" not in str(told.value)
    assert "SDL_VIDEODRIVER" in str(told.value)
