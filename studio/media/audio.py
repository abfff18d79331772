"""Everything about sound: reading, drawing, finding beats, mixing."""

from studio.media.audio_analysis import mix, onsets, peaks
from studio.media.audio_reader import AudioReader, read_audio, sound_blocks

__all__ = ["AudioReader", "mix", "onsets", "peaks", "read_audio", "sound_blocks"]
