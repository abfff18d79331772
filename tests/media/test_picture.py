"""Still pictures of every kind, upright and 8-bit, or refused with a reason."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.errors import MediaError, MissingFileError
from studio.media.picture import LONGEST_SIDE, fit_picture, is_picture, load_picture, picture_info
from studio.media.picture_header import read_header
from studio.media.probe import probe
from tests.media.films import picture


def save(path: Path, rgb: np.ndarray, options: list[int] | None = None) -> Path:
    """Writes RGB, RGBA or grey through OpenCV."""
    channels = 1 if rgb.ndim == 2 else rgb.shape[2]
    stored = rgb if channels == 1 else rgb[..., [2, 1, 0] if channels == 3 else [2, 1, 0, 3]]
    assert cv2.imwrite(str(path), stored, options or [])
    return path


def with_orientation(jpeg: Path, orientation: int) -> Path:
    """Puts an EXIF block with `orientation` into the JPEG."""
    tiff = struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    block = b"Exif\0\0" + tiff
    data = jpeg.read_bytes()
    jpeg.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:])
    return jpeg


@pytest.mark.parametrize("ending", [".png", ".bmp", ".tiff", ".webp", ".jpg"])
def test_formats(tmp_path: Path, ending: str) -> None:
    options = {".webp": [cv2.IMWRITE_WEBP_QUALITY, 101], ".jpg": [cv2.IMWRITE_JPEG_QUALITY, 100]}
    path = save(tmp_path / f"p{ending}", picture(3), options.get(ending))
    image, notes = load_picture(path)
    assert image.dtype == np.uint8
    difference = np.abs(image.astype(int) - picture(3)).mean()
    assert difference <= (6 if ending == ".jpg" else 0)
    assert notes == ()
    info = probe(path)
    assert (info.kind, info.width, info.height, info.duration, info.frame_count) == (
        "picture",
        64,
        48,
        None,
        1,
    )
    assert is_picture(path)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_upright(tmp_path: Path, orientation: int) -> None:
    path = with_orientation(save(tmp_path / "p.jpg", picture(3)), orientation)
    upright = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)  # OpenCV's own reading of EXIF
    image, notes = load_picture(path)
    assert np.array_equal(image, upright)
    assert notes == (() if orientation == 1 else ("turned upright (EXIF)",))
    info = picture_info(path)
    assert (info.height, info.width) == image.shape[:2]


@pytest.mark.parametrize("ending", [".png", ".tiff"])
def test_sixteen_bits_are_rounded_and_said(tmp_path: Path, ending: str) -> None:
    wide = np.arange(64 * 48 * 3, dtype=np.uint32).reshape(48, 64, 3) * 7 % 65536
    image, notes = load_picture(save(tmp_path / f"p{ending}", wide.astype(np.uint16)))
    assert np.array_equal(image, np.round(wide / 257).astype(np.uint8))
    assert notes == ("16-bit colour shown as 8-bit",)
    assert probe(tmp_path / f"p{ending}").bit_depth == 16


def test_alpha_is_kept(tmp_path: Path) -> None:
    rgba = np.dstack([picture(2), np.linspace(0, 255, 64, dtype=np.uint8)[None].repeat(48, 0)])
    for name in ("a.png", "a.tiff"):
        assert np.array_equal(load_picture(save(tmp_path / name, rgba)).image, rgba)
        assert probe(tmp_path / name).has_alpha


def test_grey_becomes_rgb(tmp_path: Path) -> None:
    grey = picture(1)[..., 0]
    assert np.array_equal(load_picture(save(tmp_path / "g.png", grey)).image, np.dstack([grey] * 3))


def test_floating_point_tiff(tmp_path: Path) -> None:
    path = save(tmp_path / "f.tiff", np.linspace(-0.5, 2, 48 * 64 * 3, dtype=np.float32).reshape(48, 64, 3))
    image, notes = load_picture(path)
    assert (image.min(), image.max()) == (0, 255)
    assert notes == ("floating-point colour shown as 8-bit",)


def test_one_pixel(tmp_path: Path) -> None:
    path = save(tmp_path / "dot.png", np.full((1, 1, 3), 77, np.uint8))
    assert load_picture(path).image.tolist() == [[[77, 77, 77]]]
    assert fit_picture(load_picture(path).image, 16, 9).shape == (9, 16, 3)


def test_twenty_thousand_pixels(tmp_path: Path) -> None:
    path = save(tmp_path / "long.png", np.full((5, 20000, 3), 90, np.uint8))
    image, notes = load_picture(path)
    assert image.shape == (4, LONGEST_SIDE, 3)
    assert notes == ("reduced from 20000×5 to 16384×4",)
    info = probe(path)
    assert ((info.height, info.width), info.notes) == (image.shape[:2], notes)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".bmp"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.95])
def test_cut_off_pictures_are_refused(tmp_path: Path, ending: str, kept: float) -> None:
    whole = save(tmp_path / f"whole{ending}", picture(1, 200, 160))
    cut = tmp_path / f"cut{ending}"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * kept)])
    for read in (load_picture, probe):
        with pytest.raises(MediaError) as caught:
            read(cut)
        assert caught.value.hint


def test_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "note.png").write_text("not a picture")
    (tmp_path / "empty.png").touch()
    for name in ("note.png", "empty.png"):
        with pytest.raises(MediaError):
            load_picture(tmp_path / name)
        assert not is_picture(tmp_path / name)
    with pytest.raises(MissingFileError):
        load_picture(tmp_path / "gone.png")
    assert not is_picture(tmp_path / "gone.png")
    assert not is_picture(tmp_path)


def test_damaged_inside(tmp_path: Path) -> None:
    data = bytearray(save(tmp_path / "p.png", picture(1, 200, 160)).read_bytes())
    data[20:24] = b"\xff\xff\xff\xff"  # a height of four milliards
    (tmp_path / "p.png").write_bytes(data)
    with pytest.raises(MediaError):
        load_picture(tmp_path / "p.png")


def test_cover_and_contain() -> None:
    wide = np.full((10, 40, 3), 200, np.uint8)
    assert (fit_picture(wide, 20, 20, "cover") == 200).all()
    contained = fit_picture(wide, 20, 20, "contain")
    assert (contained[8:12] == 200).all()
    assert not contained[:7].any()
    assert not contained[13:].any()
    tall = fit_picture(np.full((40, 10, 3), 200, np.uint8), 20, 20, "contain")
    assert (tall[:, 8:12] == 200).all()
    assert not tall[:, :7].any()


@pytest.mark.parametrize("mode", ["cover", "contain"])
@pytest.mark.parametrize("source", [(1, 1), (7, 3), (33, 99), (1000, 2)])
@pytest.mark.parametrize("target", [(1, 1), (16, 9), (37, 51)])
def test_every_size_fits(mode: str, source: tuple[int, int], target: tuple[int, int]) -> None:
    image = np.full((source[1], source[0], 3), 9, np.uint8)
    fitted = fit_picture(image, *target, "cover" if mode == "cover" else "contain")
    assert fitted.shape == (target[1], target[0], 3)
    assert fitted.any()


def test_transparent_pixels_do_not_bleed() -> None:
    image = np.zeros((8, 8, 4), np.uint8)
    image[..., 0] = 255  # red, but only the left half can be seen
    image[:, :4, 3] = 255
    fitted = fit_picture(image, 8, 8)
    assert (fitted[:, :4, 0] == 255).all()
    assert not fitted[:, 4:].any()


def test_header_of_rubbish() -> None:
    for data in (b"", b"\x89PNG", b"\xff\xd8\xff", b"II*\0\xff\xff\xff\x7f", b"RIFF\0\0\0\0WAVE", b"BM"):
        assert read_header(data) is None
