"""The judge: looks at a clip and says which object, colour, motion, place, light and style it sees."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

FRAME_STEP = 2  # looks at every second frame
SIDE = 48  # at half of the starter's resolution


class Judge(nn.Module):
    """A small convolutional network per frame, convolutions over time, and one linear answer per axis."""

    def __init__(self, axes: Mapping[str, int], width: int = 32) -> None:
        """`axes` gives the number of choices per axis; `width` scales the network."""
        super().__init__()
        self.frame = nn.Sequential(
            _block(3, width, 2),
            _block(width, 2 * width, 2),
            _block(2 * width, 2 * width, 2),
            _block(2 * width, 2 * width, 1),
        )
        features = 4 * width
        self.squeeze = nn.Linear(2 * width * (SIDE // 8) ** 2, features)
        self.over_time = nn.Sequential(
            nn.Conv1d(features, features, 3, padding=1),
            nn.SiLU(),
            nn.Conv1d(features, features, 3, padding=1),
            nn.SiLU(),
        )
        self.answers = nn.ModuleDict({axis: nn.Linear(2 * features, count) for axis, count in axes.items()})

    def forward(self, video: Tensor) -> dict[str, Tensor]:
        """Logits per axis, (B, choices), for RGB video float32 (B, T, 3, SIDE, SIDE) in -1 to 1."""
        batch, frames = video.shape[:2]
        seen = self.frame(video.flatten(0, 1)).flatten(1)
        features = functional.silu(self.squeeze(seen)).view(batch, frames, -1)
        moving = self.over_time(features.transpose(1, 2))
        summary = torch.cat([moving.mean(-1), moving.amax(-1)], dim=1)
        return {axis: answer(summary) for axis, answer in self.answers.items()}


def _block(inputs: int, outputs: int, stride: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1), nn.GroupNorm(4, outputs), nn.SiLU())


def judge_input(clips: Tensor) -> Tensor:
    """uint8 (B, T, H, W, 3) → float32 (B, T / FRAME_STEP, 3, SIDE, SIDE) in -1 to 1."""
    frames = clips[:, ::FRAME_STEP].permute(0, 1, 4, 2, 3).float() / 127.5 - 1
    small = functional.interpolate(frames.flatten(0, 1), size=(SIDE, SIDE), mode="area")
    return small.unflatten(0, frames.shape[:2])
