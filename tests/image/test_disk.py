"""A card's image from small trees: four partitions, no loop devices, one hash twice, read back by others."""

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from provisioning.image import disk, manifest, root
from provisioning.image.build import Order, build
from provisioning.image.tools import ImageError, run
from provisioning.release.keys import ReleaseError

EPOCH_S = 1_790_000_000


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    """A root and a boot folder, small ones."""
    tree, boot = tmp_path / "root", tmp_path / "boot"
    (tree / "etc").mkdir(parents=True)
    (tree / "etc/hostname").write_text("hailong\n")
    (tree / "etc/localtime").symlink_to("/usr/share/zoneinfo/Asia/Ho_Chi_Minh")
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin/kiosk").write_bytes(os.urandom(300_000))
    (tree / "usr/bin/kiosk").chmod(0o755)
    (boot / "overlays").mkdir(parents=True)
    (boot / "overlays/a.dtbo").write_bytes(b"overlay")
    (boot / "cmdline.txt").write_text(disk.CMDLINE)
    return tree, boot


def made(tree: Path, boot: Path, image: Path) -> tuple[disk.Part, ...]:
    parts = disk.plan(disk.needed_mb(tree))
    work = image.parent / f"{image.stem}-work"
    work.mkdir()
    files = {part.name: work / part.name for part in parts}
    for folder in (tree, boot):
        root.clamp(folder, EPOCH_S)
    disk.fat(files["boot"], boot, disk.BOOT_MB, EPOCH_S)
    disk.ext4(files["root"], tree, "rootfs", parts[1].size_mb, EPOCH_S)
    (work / "empty").mkdir()
    disk.ext4(files["slots"], work / "empty", "slots", disk.SLOTS_MB, EPOCH_S)
    disk.ext4(files["data"], disk.data_tree(work / "tree"), "data", disk.DATA_MB, EPOCH_S)
    disk.join(image, parts, files)
    return parts


def test_a_partition_is_made_by_the_mke2fs_of_a_root_not_by_this_machine_s(trees, tmp_path):
    """The machine's own root stands in for an image's: found by its folders, run by its own loader."""
    maker, made_by = disk.own_maker(Path("/")), tmp_path / "own.part"
    assert maker.words[-1] == "/usr/sbin/mke2fs"
    disk.ext4(made_by, trees[0], "rootfs", 32, EPOCH_S, maker=maker)
    held = run(["debugfs", "-R", "cat /etc/hostname", str(made_by)])
    assert held == "hailong\n"


def test_an_image_has_its_four_partitions_where_the_table_says(trees, tmp_path):
    image = tmp_path / "card.img"
    parts = made(*trees, image)
    told = json.loads(run(["sfdisk", "--json", str(image)]))["partitiontable"]
    assert told["id"] == f"0x{root.LABEL}"
    assert [(each["start"], each["size"]) for each in told["partitions"]] == [
        (part.start_mb * 2048, part.size_mb * 2048) for part in parts
    ]
    at = f"{image}@@{parts[0].start_mb << 20}"
    listed = subprocess.run(
        ["mdir", "-/", "-b", "-i", at],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MTOOLS_SKIP_CHECK": "1"},
    ).stdout
    assert "::/cmdline.txt" in listed
    assert "::/overlays/a.dtbo" in listed
    piece = tmp_path / "root.part"
    run(
        [
            "dd",
            f"if={image}",
            f"of={piece}",
            "bs=4M",
            f"skip={parts[1].start_mb // 4}",
            f"count={parts[1].size_mb // 4}",
            "status=none",
        ]
    )
    run(["e2fsck", "-fn", str(piece)])
    assert "Asia/Ho_Chi_Minh" in run(["debugfs", "-R", "stat /etc/localtime", str(piece)])
    assert image.stat().st_blocks * 512 < 200 << 20  # holes stay holes


def test_only_the_kiosk_reads_the_kiosk_s_data(tmp_path):
    tree = disk.data_tree(tmp_path / "data")
    assert (tree / "kiosk").stat().st_mode & 0o777 == 0o700
    assert os.geteuid() != 0 or (tree / "kiosk").stat().st_uid == disk.KIOSK_UID
    user = (Path(__file__).parents[2] / "image/overlay/usr/lib/sysusers.d/hailong.conf").read_text()
    assert f"u hailong {disk.KIOSK_UID} " in user


def test_the_tree_s_digest_is_the_same_twice_and_sees_every_change(trees, tmp_path):
    tree, _ = trees
    first = manifest.tree_digest(tree)
    for path in tree.rglob("*"):
        os.utime(path, (1, 1), follow_symlinks=False)
    assert manifest.tree_digest(tree) == first
    seen = {first}
    (tree / "usr/bin/kiosk").chmod(0o700)
    seen.add(manifest.tree_digest(tree))
    (tree / "etc/hostname").write_text("khac\n")
    seen.add(manifest.tree_digest(tree))
    (tree / "etc/localtime").unlink()
    seen.add(manifest.tree_digest(tree))
    assert len(seen) == 4


def test_the_bill_of_materials_names_debian_s_and_python_s_packages(tmp_path):
    tree = tmp_path / "root"
    lib = tree / "opt/hailong/factory/lib/kivy-2.3.1.dist-info"
    lib.mkdir(parents=True)
    (lib / "METADATA").write_text("Metadata-Version: 2.1\nName: Kivy\nVersion: 2.3.1\n\nText")
    (tree / "var/lib/dpkg").mkdir(parents=True)
    (tree / "var/lib/dpkg/status").write_text(
        "Package: systemd\nStatus: install ok installed\nArchitecture: arm64\nVersion: 257.9-1\n\n"
        "Package: gone\nStatus: deinstall ok config-files\nArchitecture: arm64\nVersion: 1\n\n"
    )
    bill = json.loads(manifest.bill(tree, "0.1.0", "arm64"))
    assert bill["bomFormat"] == "CycloneDX"
    assert {part["purl"] for part in bill["components"]} == {
        "pkg:deb/debian/systemd@257.9-1?arch=arm64&distro=trixie", "pkg:pypi/kivy@2.3.1",
    }  # fmt: skip


def test_a_kept_root_is_used_again_only_for_the_same_packages(tmp_path):
    one = root.kept(tmp_path, ["a", "b"], "arm64")
    assert one == root.kept(tmp_path, ["a", "b"], "arm64")
    assert len({one, root.kept(tmp_path, ["a"], "arm64"), root.kept(tmp_path, ["a", "b"], "amd64")}) == 3


def test_ours_is_laid_over_a_root_and_what_is_each_machine_s_own_is_taken_out(tmp_path):
    tar = tmp_path / "root.tar"
    source = tmp_path / "source"
    for path, body in {
        "etc/shadow": "root:$6$abc:1:0:99999:7:::\n", "etc/machine-id": "0123\n", "etc/ssh/ssh_host_ed25519_key": "k",
        "var/lib/apt/lists/x": "1", "var/log/dpkg.log": "1", "usr/lib/os-release": "ID=debian\n",
        "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "etc/group": "root:x:0:\n",
        **{f"usr/lib/systemd/system/{n}": "[Install]\nWantedBy=multi-user.target\n" for n in
           ("nftables.service", "systemd-timesyncd.service", "NetworkManager.service", "ssh.service", "ssh.socket")},
        "usr/lib/systemd/system/multi-user.target": "[Unit]\n",
    }.items():  # fmt: skip
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(body)
    with tarfile.open(tar, "w") as archive:
        archive.add(source, ".")
    tree = root.unpacked(tar, tmp_path / "root")
    slot = tmp_path / "factory"
    (slot / "app").mkdir(parents=True)
    repository = Path(__file__).parents[2]
    program = shutil.copytree(repository / "commission", tmp_path / "commission")
    os.utime(program / "__main__.py", (EPOCH_S - 9, EPOCH_S - 9))
    root.customise(tree, repository / "image/overlay", [program], slot, EPOCH_S)
    root.clamp(tree, EPOCH_S)
    assert (tree / "etc/shadow").read_text().startswith("root:!*:")
    assert (tree / "etc/machine-id").read_text() == ""
    assert not list((tree / "etc/ssh").glob("ssh_host_*"))
    assert not (tree / "var/lib/apt/lists/x").exists()
    assert "hailong:x:960:" in (tree / "etc/passwd").read_text()
    assert (tree / "etc/systemd/system/multi-user.target.wants/hailong-kiosk.service").is_symlink()
    assert str((tree / "etc/systemd/system/getty@tty1.service").readlink()) == "/dev/null"
    main = tree / "usr/lib/hailong/commission/__main__.py"
    assert main.stat().st_mtime == EPOCH_S, "when a checkout was made is no matter of the image's"
    assert (tree / "usr/lib/clock-epoch").stat().st_mtime == EPOCH_S
    assert (tree / "usr/lib/hailong/grow").stat().st_mode & 0o111


def test_a_program_that_is_not_there_is_named_with_the_line_that_installs_it():
    with pytest.raises(ImageError, match=r"chưa có chương trình khong-co-that.*apt install mmdebstrap"):
        run(["khong-co-that"])


def test_missing_release_keys_are_said_before_anything_is_made(tmp_path):
    order = Order(tmp_path / "a.img", tmp_path / "cache", "arm64", "0.1.0", 1, tmp_path / "none", EPOCH_S)
    with pytest.raises(ReleaseError, match="release keys"):
        build(order, lambda _: None)
    assert not (tmp_path / "cache").exists()
