"""Two corners held together, and the wait after wrong PINs."""

from appliance.technician import corners, lock

WIDE_MM = 154.1


def both(at_s=10.0):
    held = corners.down(corners.NOBODY, 1, 3, 3, WIDE_MM, at_s - 1)
    return corners.down(held, 2, WIDE_MM - 3, 3, WIDE_MM, at_s)


def test_two_corners_held_for_five_seconds_open():
    assert not corners.is_opened(both(), 14.9)
    assert corners.is_opened(both(), 15.0)


def test_one_corner_never_opens():
    held = corners.down(corners.NOBODY, 1, 3, 3, WIDE_MM, 0)
    held = corners.down(held, 2, 5, 5, WIDE_MM, 0)
    assert not corners.is_opened(held, 100)


def test_a_finger_that_leaves_begins_the_wait_anew():
    held = corners.up(both(10), 1)
    assert not corners.is_opened(held, 20)
    held = corners.down(held, 3, 3, 3, WIDE_MM, 20)
    assert not corners.is_opened(held, 24)
    assert corners.is_opened(held, 25)


def test_fingers_in_the_middle_or_below_are_no_corners():
    held = corners.down(corners.NOBODY, 1, 70, 3, WIDE_MM, 0)
    held = corners.down(held, 2, 3, 40, WIDE_MM, 0)
    assert held == corners.NOBODY


def test_the_wait_doubles_to_an_hour():
    assert [lock.wait_s(n) for n in range(12)] == [0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_wrong_tries_outlive_a_restart_and_are_counted_before_they_are_looked_at(tmp_path):
    assert [lock.begin(tmp_path) for _ in range(4)] == [1, 2, 3, 4]
    assert lock.failures(tmp_path) == 4
    lock.forgive(tmp_path)
    assert lock.failures(tmp_path) == 0


def test_a_count_that_cannot_be_read_is_three(tmp_path):
    (tmp_path / lock.FILE).write_bytes(b"\xff\x00")
    assert lock.failures(tmp_path) == 3
