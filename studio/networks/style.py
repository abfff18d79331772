"""The style network: where a frame shows strokes, where its own detail, and what is missing in both.

It is given a frame in the style's colours and the same frame laid out with patches of the style, and decides
between them, pixel by pixel, knowing the style by a code that scales and shifts the features of every block
(Ghiasi et al., "Exploring the structure of a real-time, arbitrary neural artistic stylization network", BMVC
2017). Untrained, it is the plain rule: strokes on surfaces, the scene along its outlines.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

# How far strokes give way to the scene, and the scene's detail is deepened, on a full outline.
_YIELD = 0.8
# How far the network may go beyond that rule.
_SHARE_REACH, _GAIN_REACH, _RESIDUE_REACH = 0.5, 0.6, 0.12
_LUMA = (0.299, 0.587, 0.114)


class Decision(NamedTuple):
    """One frame's composition: recoloured + (strokes - recoloured) · share + detail · gain + residue."""

    share: Tensor
    """Of the strokes: (N, 1, H, W) in [0, 1]."""
    gain: Tensor
    """Of the scene's own detail: (N, 1, H, W), any value, 0 for none."""
    residue: Tensor
    """(N, 3, H, W), on the scale of the picture."""


class StyleNetwork(nn.Module):
    multiple = 8
    """Height and width must divide by it."""

    def __init__(self, widths: tuple[int, int, int] = (32, 64, 96), code_size: int = 96) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.code = StyleCode(code_size)
        self.entry = _convolution(32, fine)
        self.fine = _Block(fine, code_size)
        self.to_middle = _convolution(fine, middle, stride=2)
        self.middle = nn.ModuleList(_Block(middle, code_size) for _ in range(2))
        self.to_coarse = _convolution(middle, coarse, stride=2)
        self.coarse = nn.ModuleList(_Block(coarse, code_size) for _ in range(3))
        self.back_to_middle = nn.Conv2d(coarse, middle, 1)
        self.middle_again = _Block(middle, code_size)
        self.back_to_fine = nn.Conv2d(middle, fine, 1)
        self.fine_again = _Block(fine, code_size)
        self.exit = _convolution(fine, 20)
        with torch.no_grad():
            for parameter in self.exit.parameters():
                parameter.zero_()

    def forward(
        self, content: Tensor, recoloured: Tensor, strokes: Tensor, outline: Tensor, code: Tensor
    ) -> Decision:
        """What to make of frames (N, 3, H, W), all float32 in [0, 1]; `outline` (N, 1, H, W) likewise.

        `code` (N, code_size) is `self.code` of the style picture. Works at half size inside.
        """
        luma = (content * content.new_tensor(_LUMA)[None, :, None, None]).sum(1, keepdim=True)
        seen = torch.cat([luma, outline, recoloured, strokes], 1) - 0.5
        packed = functional.pixel_unshuffle(seen, 2).contiguous(memory_format=torch.channels_last)
        fine = self.fine(self.entry(packed), code)
        middle = self.to_middle(functional.silu(fine))
        for block in self.middle:
            middle = block(middle, code)
        coarse = self.to_coarse(functional.silu(middle))
        for block in self.coarse:
            coarse = block(coarse, code)
        middle = middle + _doubled(self.back_to_middle(functional.silu(coarse)))
        fine = fine + _doubled(self.back_to_fine(functional.silu(self.middle_again(middle, code))))
        word = self.exit(functional.silu(self.fine_again(fine, code)))
        word = torch.tanh(functional.pixel_shuffle(word.float(), 2))
        share = (1 - _YIELD * outline + _SHARE_REACH * word[:, :1]).clamp(0, 1)
        return Decision(share, _YIELD * outline + _GAIN_REACH * word[:, 1:2], _RESIDUE_REACH * word[:, 2:])


class StyleCode(nn.Module):
    """A picture's style in a few numbers: means and spreads of features at three scales."""

    def __init__(self, size: int) -> None:
        super().__init__()
        widths = (24, 32, 48)
        self.features = nn.ModuleList(
            [
                nn.Conv2d(12, widths[0], 3, padding=1),
                nn.Conv2d(widths[0], widths[1], 3, stride=2, padding=1),
                nn.Conv2d(widths[1], widths[2], 3, stride=2, padding=1),
            ]
        )
        self.summary = nn.Sequential(
            nn.Linear(2 * sum(widths), size), nn.SiLU(), nn.Linear(size, size), nn.SiLU()
        )

    def forward(self, picture: Tensor) -> Tensor:
        """The code (N, size) of pictures (N, 3, H, W) in [0, 1], at least 16 pixels a side."""
        even = picture[..., : picture.shape[2] // 2 * 2, : picture.shape[3] // 2 * 2]
        seen = functional.pixel_unshuffle(even - 0.5, 2)
        facts: list[Tensor] = []
        for layer in self.features:
            seen = functional.silu(layer(seen))
            facts += [seen.mean((2, 3)), seen.std((2, 3))]
        return self.summary(torch.cat(facts, 1))


class _Block(nn.Module):
    """A residual block that the style's code scales and shifts."""

    def __init__(self, width: int, code_size: int) -> None:
        super().__init__()
        self.first = _convolution(width, width)
        self.second = _convolution(width, width)
        self.modulation = nn.Linear(code_size, 2 * width)
        with torch.no_grad():
            self.second.weight *= 0.3

    def forward(self, given: Tensor, code: Tensor) -> Tensor:
        scale, shift = self.modulation(code)[:, :, None, None].chunk(2, 1)
        return given + self.second(functional.silu(self.first(given) * (1 + scale) + shift))


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    # The border repeats: zeros would draw a frame around every picture.
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, padding_mode="replicate")


def _doubled(features: Tensor) -> Tensor:
    return functional.interpolate(features, scale_factor=2.0, mode="nearest")
