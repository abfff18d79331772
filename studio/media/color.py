"""Colour: what a stream's tags mean, and its frames as the 8-bit full-range RGB that Kinora works in.

Standard films take one swscale pass with the right matrix (BT.601/709/2020) and range. Wide-gamut and
HDR ones go through a 3-D table made here: transfer function (SMPTE ST 2084 or ARIB STD-B67), tone
curve, primaries of BT.2020/P3 to BT.709, gamma.
"""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np

from studio.media.info import ColorTags
from studio.paths import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

    from av.filter import Graph
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame

# Names as FFmpeg and ITU-T H.273 number them.
_PRIMARIES = {
    1: "bt709",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020",
    11: "smpte431",
    12: "smpte432",
}
_TRANSFERS = {
    1: "bt709",
    4: "gamma22",
    5: "gamma28",
    6: "smpte170m",
    8: "linear",
    13: "srgb",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    18: "arib-std-b67",
}
_MATRICES = {
    0: "rgb",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020nc",
    10: "bt2020c",
}
_MATRIX_NUMBERS = {name: number for number, name in _MATRICES.items()}
# swscale's own numbers for the matrices (SWS_CS_*).
_SWS_MATRICES = {
    "bt709": 1,
    "fcc": 4,
    "bt470bg": 5,
    "smpte170m": 5,
    "smpte240m": 7,
    "bt2020nc": 9,
    "bt2020c": 9,
}
_LIMITED, _FULL = 1, 2


def color_tags(codec: VideoCodecContext, frame: VideoFrame) -> ColorTags:
    """The tags of a stream, from its first decoded frame or else its codec.

    Untagged films of 720 lines or more are BT.709, smaller ones BT.601: what players assume.
    """
    number = frame.colorspace if frame.colorspace != 2 else codec.colorspace
    matrix = _MATRICES.get(number) or ("bt709" if frame.height >= 720 or frame.width >= 1280 else "smpte170m")
    if frame.format.is_rgb:
        matrix = "rgb"
    # JPEG's formats are full range whatever else is written.
    full = (
        frame.format.name.startswith("yuvj")
        or _FULL in (frame.color_range, codec.color_range)
        or matrix == "rgb"
    )
    return ColorTags(
        _PRIMARIES.get(frame.color_primaries) or _PRIMARIES.get(codec.color_primaries) or "unspecified",
        _TRANSFERS.get(frame.color_trc) or _TRANSFERS.get(codec.color_trc) or "unspecified",
        matrix,
        full,
    )


class RgbConverter:
    """Turns decoded frames of one stream into RGB of one size.

    `size` is (width, height) before rotation; None keeps the stored size. `accurate` interpolates chroma
    and rounds properly (about 5 ms at 720p); else swscale's fast path is taken (0.3 ms) for previews.
    `alpha` keeps the transparency, except of HDR; `deep` gives 16 bits a colour.
    """

    def __init__(
        self,
        tags: ColorTags,
        size: tuple[int, int] | None,
        accurate: bool,
        alpha: bool = False,
        deep: bool = False,
    ) -> None:
        from av.video.reformatter import Interpolation, VideoReformatter

        self._tags = tags
        self._size = size
        with_alpha = alpha and not tags.needs_table
        self._deep = deep
        if deep or tags.needs_table:
            self._form = "rgba64le" if with_alpha else "rgb48le"
        else:
            self._form = "rgba" if with_alpha else "rgb24"
        self._scaler = VideoReformatter()
        self._finisher = VideoReformatter()
        self._graph: Graph | None = None
        flags = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
        self._flags = flags if accurate else Interpolation.BILINEAR

    def convert(self, frame: VideoFrame) -> np.ndarray:
        """`frame` as RGB (H, W, 3), or with `alpha` as RGBA (H, W, 4), straight; uint8, or uint16 if deep."""
        tags = self._tags
        width, height = self._size or (frame.width, frame.height)
        image = self._scaler.reformat(
            frame,
            width,
            height,
            self._form,
            src_colorspace=_SWS_MATRICES.get(tags.matrix),
            src_color_range=_FULL if tags.full_range else _LIMITED,
            dst_color_range=_FULL,
            interpolation=self._flags,
        )
        if tags.needs_table:
            image = self._through_table(image)
            if not self._deep:
                image = self._finisher.reformat(image, format="rgb24", dst_color_range=_FULL)
        return np.ascontiguousarray(image.to_ndarray())

    def _through_table(self, frame: VideoFrame) -> VideoFrame:
        if self._graph is None:
            from av.filter import Graph

            self._graph = Graph()
            source = self._graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1)
            )
            table = self._graph.add("lut3d", file=str(_table_file(self._tags)), interp="tetrahedral")
            source.link_to(table)
            table.link_to(self._graph.add("buffersink"))
            self._graph.configure()
        self._graph.push(frame)
        return cast("VideoFrame", self._graph.pull())


def tag_frame(frame: VideoFrame, tags: ColorTags) -> None:
    """Writes the resolved matrix and range onto `frame`, for whoever converts it next."""
    frame.colorspace = _MATRIX_NUMBERS[tags.matrix]
    frame.color_range = _FULL if tags.full_range else _LIMITED


_TABLE_SIZE = 33
# Linear BT.2020 and Display P3 light to linear BT.709 (from the primaries of H.273, D65).
_TO_709 = {
    "bt2020": [
        [1.660491, -0.587641, -0.072850],
        [-0.124550, 1.132900, -0.008349],
        [-0.018151, -0.100579, 1.118730],
    ],
    "p3": [[1.224940, -0.224940, 0.0], [-0.042057, 1.042057, 0.0], [-0.019638, -0.078636, 1.098274]],
}
_REFERENCE_WHITE_NITS = 203.0  # ITU-R BT.2408: where HDR puts the white of a page


def display_light(coded: np.ndarray, transfer: str) -> np.ndarray:
    """Coded values in 0..1 as linear light, 1 = the white of a page (203 cd/m² for HDR)."""
    if transfer == "smpte2084":
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
        root = np.power(coded, 1 / m2)
        nits = 10000 * np.power(np.maximum(root - c1, 0) / (c2 - c3 * root), 1 / m1)
        return nits / _REFERENCE_WHITE_NITS
    if transfer == "arib-std-b67":
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(coded <= 0.5, coded**2 / 3, (np.exp((coded - c) / a) + b) / 12)
        luminance = scene @ np.array([0.2627, 0.6780, 0.0593])
        # The system gamma of a 1000-cd/m² display (BT.2100).
        return scene * np.power(np.maximum(luminance, 1e-6), 0.2)[..., None] * (1000 / _REFERENCE_WHITE_NITS)
    return np.power(coded, 2.4)


def tone_mapped(light: np.ndarray) -> np.ndarray:
    """HDR light in 0..1: straight up to 0.6, then a shoulder that reaches 1 near 1000 cd/m², hue kept."""
    knee, peak = 0.6, 1000 / _REFERENCE_WHITE_NITS
    brightest = light.max(axis=-1, keepdims=True)
    over = np.maximum(brightest - knee, 0)
    room = 1 - knee
    # Extended Reinhard on what lies over the knee: slope 1 there, exactly 1 at the peak.
    span = (peak - knee) / room
    shoulder = knee + room * (over / room) * (1 + over / room / span**2) / (1 + over / room)
    wanted = np.where(brightest > knee, np.minimum(shoulder, 1), brightest)
    return light * wanted / np.maximum(brightest, 1e-9)


def color_table(tags: ColorTags) -> np.ndarray:
    """Coded RGB of `tags` to BT.709 RGB: float64 (33, 33, 33, 3) in 0..1, indexed [blue, green, red]."""
    axis = np.linspace(0, 1, _TABLE_SIZE)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    light = display_light(np.stack([red, green, blue], axis=-1), tags.transfer)
    if tags.is_hdr:
        light = tone_mapped(light)
    primaries = "p3" if tags.primaries in ("smpte431", "smpte432") else tags.primaries
    light = light @ np.array(_TO_709.get(primaries, np.eye(3))).T
    return np.power(np.clip(light, 0, 1), 1 / 2.4)


def _table_file(tags: ColorTags) -> Path:
    """The table of `tags` in the .cube form that FFmpeg's lut3d reads, kept in the cache."""
    folder = cache_folder() / "color"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{tags.transfer}-{tags.primaries}-2.cube"
    if not path.exists():
        rows = color_table(tags).reshape(-1, 3)
        text = (
            f"LUT_3D_SIZE {_TABLE_SIZE}\n" + "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in rows) + "\n"
        )
        # Under a name of its own first: another process may want the same table at this moment.
        draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")
        draft.write_text(text)
        draft.replace(path)
    return path
