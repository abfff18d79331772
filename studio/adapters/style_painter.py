"""One clip in the style of one picture, frame by frame: palette, patches of the style, and the network."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from studio.adapters.style_palette import Palette
from studio.adapters.style_transport import PATCH, PatchTransport, laid_out, patches
from studio.networks.style import StyleNetwork
from studio.render.flow import length

# The network sees every clip at this many lines: it was trained there, and strokes keep their size.
LINES = 270
# Strokes are laid out from the style at up to this many times LINES; above, they are enlarged.
_FINEST = 4
_LONGEST_SHAPE = 2.5
_FLAT = 1e-3
# How much of the style's own grain flat areas ask for, and up to which size in pixels at LINES.
_GRAIN = 0.5
_GRAIN_SIZE = 20
# Averaging overlapping patches blurs them; the contrast of these bands (in pixels at LINES) is given back.
_BANDS = (1.0, 2.0, 4.0)
_GAIN_LIMITS = (0.7, 1.8)
# Gradient of an outline in a scene that has (nearly) none.
_LEAST_OUTLINE = 0.02


class StylePicture:
    """A style picture at the sizes it is needed in: float32 RGB in [0, 1]."""

    def __init__(self, reference: np.ndarray) -> None:
        """`reference`: uint8 RGB or RGBA (H, W, 3 or 4), any size; alpha is laid over white."""
        self._image = _shapely(_opaque(reference))
        self.is_flat = float(self._image.astype(np.float32).std(axis=(0, 1)).max()) < 255 * _FLAT

    def at(self, lines: int) -> np.ndarray:
        """The picture with a short side of `lines`."""
        height, width = self._image.shape[:2]
        factor = lines / min(height, width)
        size = max(lines, round(width * factor)), max(lines, round(height * factor))
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        scaled = cv2.resize(self._image, size, interpolation=way)
        return scaled.astype(np.float32) / 255


class Ingredients(NamedTuple):
    """What the network sees of one frame: float32 (H, W, 3) in [0, 1], RGB."""

    content: np.ndarray
    recoloured: np.ndarray
    strokes: np.ndarray
    outline: np.ndarray
    """(H, W, 1): 1 on a full outline."""


class Painter:
    """Paints the frames of one clip; what depends on the clip as a whole is found once, from samples."""

    def __init__(self, network: StyleNetwork, style: StylePicture, samples: list[np.ndarray]) -> None:
        """`samples`: frames of the clip (uint8 RGB, one size) that stand for all of it, at least one."""
        self._network = network
        self._style = style
        height, width = samples[0].shape[:2]
        self._lines = max(2 * PATCH * 2, min(LINES, height, width))
        self._finest = min(_FINEST, -(-min(height, width) // self._lines))
        picture = style.at(self._lines)
        small = [_scaled(_unit(sample), self.working_size(sample)) for sample in samples]
        strengths = np.stack([_gradient(frame) for frame in small])
        self._full_outline = max(_LEAST_OUTLINE, float(np.percentile(strengths, 90)))
        self._palette = Palette(_pixels(small), _pixels([picture]))
        with torch.inference_mode():
            self._code = network.code(_planes(picture))
            if not style.is_flat:
                self._offer(picture, [self._palette.apply(frame) for frame in small])
                self._gains = _band_gains(picture, [self._composed_small(frame) for frame in small])

    def _offer(self, picture: np.ndarray, recoloured: list[np.ndarray]) -> None:
        height, width = recoloured[0].shape[:2]
        down, right = max(0, height - picture.shape[0]), max(0, width - picture.shape[1])
        wide = np.pad(picture, ((0, down), (0, right), (0, 0)), "symmetric")
        self._grain = wide - cv2.GaussianBlur(wide, (0, 0), _GRAIN_SIZE)
        self._coarse = PatchTransport(_divided(picture, 4), stride=1)
        rough = [self._roughened(frame) for frame in recoloured]
        self._coarse.set_prices(torch.cat([patches(_divided(frame, 4), 2) for frame in rough]))
        self._fine = PatchTransport(_divided(picture, 2), stride=2)
        self._fine.set_prices(torch.cat([patches(self._guide(frame), 3) for frame in recoloured]))
        self._strokes = {
            factor: self._style_patches(factor, picture.shape[:2]) for factor in {1, self._finest}
        }

    def _style_patches(self, factor: int, shape: tuple[int, ...]) -> Tensor:
        """The fine transport's patches, `factor` times as fine as LINES: uint8 (n, 3 · side · side)."""
        half = shape[0] // 2, shape[1] // 2
        large = cv2.resize(self._style.at(self._lines * factor), (half[1] * 2 * factor, half[0] * 2 * factor))
        across = (half[1] - PATCH) // 2 + 1
        side = 2 * PATCH * factor
        cut = np.empty((len(self._fine.chosen), 3, side, side), np.uint8)
        for index, number in enumerate(self._fine.chosen.tolist()):
            y, x = (4 * factor * place for place in divmod(number, across))
            cut[index] = np.clip(large[y : y + side, x : x + side] * 255 + 0.5, 0, 255).transpose(2, 0, 1)
        return torch.from_numpy(cut.reshape(len(cut), -1))

    def working_size(self, frame: np.ndarray) -> tuple[int, int]:
        """Width and height at which the network sees `frame`."""
        height, width = frame.shape[:2]
        factor = self._lines / min(height, width)
        return max(self._lines, round(width * factor)), max(self._lines, round(height * factor))

    def _guide(self, recoloured: np.ndarray) -> np.ndarray:
        """What fine patches are matched to, at half size: the coarse strokes and the scene's own detail."""
        recoloured = self._roughened(recoloured)
        small, half = _divided(recoloured, 4), _divided(recoloured, 2)
        size = half.shape[1], half.shape[0]
        padded = _padded(small, PATCH, PATCH // 2)
        chosen = self._coarse.offered[self._coarse.match(patches(padded, PATCH // 2))]
        strokes = laid_out(chosen, padded.shape[0], padded.shape[1], PATCH)[
            : small.shape[0], : small.shape[1]
        ]
        rough = cv2.resize(strokes, size, interpolation=cv2.INTER_CUBIC)
        blurred = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
        return 0.5 * half + 0.5 * rough + 0.5 * (half - blurred)

    def _roughened(self, recoloured: np.ndarray) -> np.ndarray:
        """`recoloured` with the grain of the style where the scene is flat.

        Flat areas would all ask for the same patch. So they ask for a piece of the style as it lies there.
        """
        height, width = recoloured.shape[:2]
        grain = self._grain[:height, :width]
        flat = np.maximum(0, 1 - _gradient(recoloured) / self._full_outline)[..., None]
        return recoloured + _GRAIN * flat * grain

    @torch.inference_mode()
    def paint(self, frame: np.ndarray) -> np.ndarray:
        """`frame` (uint8 RGB (H, W, 3)) in the style: float32 RGB in [0, 1], of the same size."""
        whole = _unit(frame)
        if self._style.is_flat:
            return np.clip(self._palette.apply(whole), 0, 1)
        size = self.working_size(frame)
        if size == (frame.shape[1], frame.shape[0]):
            return np.clip(_deepened(self._composed_small(whole), self._gains, 1), 0, 1)
        return np.clip(self._composed_large(whole, _scaled(whole, size)), 0, 1)

    def ingredients(self, content: np.ndarray) -> Ingredients:
        """Of a frame of the working size (float32 RGB in [0, 1])."""
        recoloured = self._palette.apply(content)
        return self._mixed_for(content, recoloured, *self._chosen(recoloured))

    def _mixed_for(
        self, content: np.ndarray, recoloured: np.ndarray, places: Tensor, covered: tuple[int, int]
    ) -> Ingredients:
        strokes = self._painted(places, covered, 1, content.shape[:2])
        outline = np.minimum(_gradient(content) / self._full_outline, 1)[..., None]
        return Ingredients(content, recoloured, strokes, outline)

    def _composed_small(self, content: np.ndarray) -> np.ndarray:
        """A frame of the working size, composed at that size."""
        seen = self.ingredients(content)
        return _composed(seen.recoloured, seen.strokes, detail(seen.recoloured), self._decide(seen))

    def _composed_large(self, whole: np.ndarray, content: np.ndarray) -> np.ndarray:
        """The frame `whole`, composed at its own size as was decided on `content`, its small copy."""
        height, width = whole.shape[:2]
        recoloured = self._palette.apply(content)
        places, covered = self._chosen(recoloured)
        decision = self._decide(self._mixed_for(content, recoloured, places, covered))
        # In two parts: OpenCV resizes up to four channels.
        parts = (_scaled(part, (width, height)) for part in (decision[..., :2], decision[..., 2:]))
        decision = np.concatenate(list(parts), axis=-1)
        fine = _scaled(self._painted(places, covered, self._finest, content.shape[:2]), (width, height))
        recoloured, factor = self._palette.apply(whole), height / content.shape[0]
        composed = _composed(recoloured, fine, detail(recoloured, factor), decision)
        return _deepened(composed, self._gains, factor)

    def _chosen(self, recoloured: np.ndarray) -> tuple[Tensor, tuple[int, int]]:
        """The fine patches for a frame, and the half-size area they cover."""
        padded = _padded(self._guide(recoloured), PATCH, PATCH // 2)
        height, width = padded.shape[:2]
        return self._fine.match(patches(padded, PATCH // 2)), (height, width)

    def _painted(
        self, places: Tensor, covered: tuple[int, int], factor: int, shape: tuple[int, ...]
    ) -> np.ndarray:
        chosen = self._strokes[factor][places].float() / 255
        side = 2 * factor
        strokes = laid_out(chosen, covered[0] * side, covered[1] * side, PATCH * side)
        height, width = (length // 2 * side for length in shape[:2])
        return _scaled(strokes[:height, :width], (shape[1] * factor, shape[0] * factor))

    def _decide(self, seen: Ingredients) -> np.ndarray:
        """The network's word on every pixel: share of strokes, gain of detail, residue: (h, w, 5) float32."""
        height, width = seen.content.shape[:2]
        down, right = -height % self._network.multiple, -width % self._network.multiple
        planes = [_planes(np.pad(part, ((0, down), (0, right), (0, 0)), "edge")) for part in seen]
        with torch.autocast("cpu", torch.bfloat16, enabled=_prefers_bfloat16()):
            decision = self._network(*planes, self._code)
        word = torch.cat(decision, 1)[0, :, :height, :width].float()
        return np.ascontiguousarray(word.permute(1, 2, 0).numpy())


def detail(image: np.ndarray, factor: float = 1) -> np.ndarray:
    """What of `image` is finer than about 3 pixels at LINES; it has `factor` times as many lines."""
    return image - cv2.GaussianBlur(image, (0, 0), 3 * factor)


def _composed(
    recoloured: np.ndarray, strokes: np.ndarray, fine: np.ndarray, decision: np.ndarray
) -> np.ndarray:
    share, gain, residue = decision[..., :1], decision[..., 1:2], decision[..., 2:]
    return recoloured + (strokes - recoloured) * share + fine * gain + residue


def _band_gains(style: np.ndarray, composed: list[np.ndarray]) -> list[float]:
    """How much the contrast of each band must grow for a clip to be as crisp as the style."""
    wanted = [float(band.std()) for band in _bands(style, 1)]
    present = np.mean([[float(band.std()) for band in _bands(image, 1)] for image in composed], axis=0)
    return [float(np.clip(w / max(p, 1e-4), *_GAIN_LIMITS)) for w, p in zip(wanted, present, strict=True)]


def _deepened(image: np.ndarray, gains: list[float], factor: float) -> np.ndarray:
    return image + sum(band * (gain - 1) for band, gain in zip(_bands(image, factor), gains, strict=True))


def _bands(image: np.ndarray, factor: float) -> list[np.ndarray]:
    """What lies between neighbouring sharpnesses; `image` has `factor` times as many lines as LINES."""
    levels = [image, *(cv2.GaussianBlur(image, (0, 0), sigma * factor) for sigma in _BANDS)]
    return [finer - coarser for finer, coarser in pairwise(levels)]


def _gradient(image: np.ndarray) -> np.ndarray:
    """How strong the outlines of `image` (float32 RGB) are at each pixel, smoothed: float32 (H, W)."""
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (0, 0), 1.5)
    slopes = (cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    strength = length(np.dstack(slopes))
    return cv2.GaussianBlur(strength, (0, 0), 2)


def _prefers_bfloat16() -> bool:
    """Half precision is faster only where the processor has instructions for it."""
    capable = torch.cpu.get_capabilities()
    return bool(capable.get("avx512_bf16") or capable.get("amx_bf16"))


def _opaque(picture: np.ndarray) -> np.ndarray:
    if picture.shape[2] == 3:
        return picture
    alpha = picture[..., 3:].astype(np.uint16)
    return ((picture[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _shapely(picture: np.ndarray) -> np.ndarray:
    """The middle of a very long picture: beside a short side of 270 a strip would take gigabytes."""
    height, width = picture.shape[:2]
    most = max(1, int(min(height, width) * _LONGEST_SHAPE))
    top, left = max(0, (height - most) // 2), max(0, (width - most) // 2)
    return np.ascontiguousarray(picture[top : top + most, left : left + most])


def _unit(frame: np.ndarray) -> np.ndarray:
    return frame.astype(np.float32) / 255


def _pixels(images: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([image.reshape(-1, 3) for image in images])


def _planes(image: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None]


def _scaled(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """`image` at `size` (width, height)."""
    if (image.shape[1], image.shape[0]) == size:
        return image
    smaller = size[0] < image.shape[1]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)


def _divided(image: np.ndarray, by: int) -> np.ndarray:
    height, width = image.shape[:2]
    return _scaled(image, (max(PATCH, width // by), max(PATCH, height // by)))


def _padded(image: np.ndarray, side: int, stride: int) -> np.ndarray:
    """`image` with its last rows and columns repeated, so that patches at `stride` cover all of it."""
    down, right = (-(length - side) % stride for length in image.shape[:2])
    return np.pad(image, ((0, down), (0, right), (0, 0)), "edge")
