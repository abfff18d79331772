"""Matrices, HDR and wide colours on an ordinary screen."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from studio.media.color import RgbConverter, color_table, display_light, tone_mapped
from studio.media.info import ColorTags
from studio.media.reader import VideoReader
from studio.timing import Rate, RationalTime

PQ = ColorTags("bt2020", "smpte2084", "bt2020nc", False)
HLG = ColorTags("bt2020", "arib-std-b67", "bt2020nc", False)


def pq_code(nits: float) -> float:
    """SMPTE ST 2084's inverse EOTF, for making test pictures."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    y = (nits / 10000) ** m1
    return ((c1 + c2 * y) / (1 + c3 * y)) ** m2


def test_transfer_functions_meet_their_standards() -> None:
    for nits in (0.1, 1, 100, 203, 1000, 10000):
        assert display_light(np.full(3, pq_code(nits)), "smpte2084") * 203 == pytest.approx(nits, rel=1e-6)
    # BT.2408: 75 % HLG is the white of a page, 203 cd/m² on a 1000-cd/m² display.
    assert display_light(np.full(3, 0.75), "arib-std-b67") == pytest.approx(1, abs=0.01)


def test_tone_curve_is_smooth_rises_and_keeps_the_hue() -> None:
    grey = np.linspace(0, 5, 2000)[:, None].repeat(3, 1)
    curve = tone_mapped(grey)[:, 0]
    assert (np.diff(curve) >= 0).all()
    assert np.diff(curve).max() <= 5 / 1999 * 1.001
    assert curve[-1] == pytest.approx(1)
    assert tone_mapped(np.array([[0.2, 0.1, 0.5]])) == pytest.approx(np.array([[0.2, 0.1, 0.5]]))
    bright = tone_mapped(np.array([[4.0, 2.0, 1.0]]))[0]
    assert bright / bright[0] == pytest.approx([1, 0.5, 0.25])


@pytest.mark.parametrize("tags", [PQ, HLG])
def test_grey_stays_grey_in_the_table(tags: ColorTags) -> None:
    table = color_table(tags)
    diagonal = table[range(33), range(33), range(33)]
    assert np.ptp(diagonal, axis=1).max() < 1e-3
    assert (np.diff(diagonal[:, 0]) >= 0).all()
    assert (diagonal[0, 0], diagonal[-1, 0]) == pytest.approx((0, 1))


def test_hdr_film_is_shown_as_sdr(tmp_path: Path) -> None:
    """Patches of 0, 10, 50, 203, 600 and 1000 cd/m²: dark ones keep their place, bright ones apart."""
    levels = [0, 10, 50, 203, 600, 1000]
    row = np.repeat([round(pq_code(max(level, 1e-9)) * 65535) for level in levels], 16).astype(np.uint16)
    image = np.ascontiguousarray(np.broadcast_to(row[None, :, None], (48, 96, 3)))
    path = tmp_path / "hdr.mkv"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("ffv1", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 96, 48, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, 16, 9, 1
        rgb = VideoFrame.from_ndarray(image, format="rgb48le")
        frame = rgb.reformat(format="yuv420p10le", dst_colorspace=9, dst_color_range=1)
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    with VideoReader(path) as reader:
        shown = reader.at(RationalTime(0, Rate(1)))[24, 8::16]
        assert "HDR shown as SDR" in reader.info.notes[0]
    assert np.ptp(shown.astype(int), axis=1).max() <= 2
    values = shown[:, 0].astype(int).tolist()
    assert values[0] == 0
    assert values == sorted(values)
    assert min(np.diff(values)) >= 3
    # 10 and 50 cd/m² lie below the knee: BT.1886 of nits / 203.
    assert values[1:3] == pytest.approx([255 * (nits / 203) ** (1 / 2.4) for nits in (10, 50)], abs=3)
    assert values[-1] >= 250


def test_wide_colours_become_what_they_are_in_bt709() -> None:
    """BT.709 red written in BT.2020 coordinates comes back as red."""
    tags = ColorTags("bt2020", "bt709", "rgb", True)
    light = np.array([0.627404, 0.069097, 0.016391])  # BT.709 red in BT.2020 light
    code = np.round(np.power(light, 1 / 2.4) * 255).astype(np.uint8)
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(np.broadcast_to(code, (16, 16, 3))), format="rgb24")
    shown = RgbConverter(tags, None, accurate=True).convert(frame)[8, 8]
    assert shown[0] >= 250
    assert shown[1:].max() <= 30
