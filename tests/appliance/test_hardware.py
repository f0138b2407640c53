"""What the kernel says of card and glass, read from copies of its files."""

from pathlib import Path

from appliance import hardware

PANEL = 'I: Bus=0018\nN: Name="Goodix"\nB: PROP=2\nB: EV=b\nB: ABS=2658000 3\n\n'
PANEL_64 = 'N: Name="ft5x06"\nB: EV=b\nB: ABS=661800000000003\n'
MOUSE = 'N: Name="mouse"\nB: EV=17\nB: REL=3\nB: ABS=3\n'


def put(root: Path, name: str, words: str):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words)


def test_card_errors_and_written_megabytes_are_of_all_partitions(tmp_path):
    for name, errors, kbytes in (("mmcblk0p2", "3\n", "2048\n"), ("mmcblk0p3", "1\n", "1024\n")):
        put(tmp_path, f"sys/fs/ext4/{name}/errors_count", errors)
        put(tmp_path, f"sys/fs/ext4/{name}/lifetime_write_kbytes", kbytes)
    assert (hardware.card_errors(tmp_path), hardware.card_written_mb(tmp_path)) == (4, 3)


def test_a_machine_that_does_not_say_invents_nothing(tmp_path):
    assert hardware.card_errors(tmp_path) is None
    assert hardware.card_written_mb(tmp_path) is None
    assert (hardware.card_life(tmp_path), hardware.touch(tmp_path)) == ("", "")


def test_a_touch_panel_is_told_from_a_mouse_and_from_none(tmp_path):
    put(tmp_path, "proc/device-tree/model", "Raspberry Pi 4")
    assert hardware.touch(tmp_path) == "missing"
    put(tmp_path, "proc/bus/input/devices", MOUSE)
    assert hardware.touch(tmp_path) == "missing"
    put(tmp_path, "proc/bus/input/devices", MOUSE + PANEL_64)
    assert hardware.touch(tmp_path) == "ok"


def test_an_emmc_s_life_is_told_in_its_own_words(tmp_path):
    put(tmp_path, "sys/block/mmcblk0/device/life_time", "0x01 0x02\n")
    assert hardware.card_life(tmp_path) == "0x01 0x02"
