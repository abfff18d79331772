"""One command makes the starter: `python -m studio.training.starter --work DIR`.

Stages vae → cache → decoder → transformer → export; each goes on where it was after a kill and is skipped
once done. After the cache, decoder and transformer may run side by side (`--stages decoder` in a second
process). With an accelerator: `--plan accelerator --device cuda`. On a processor, one process per core is
fastest, with freed memory kept instead of returned (twice as fast):
`OMP_NUM_THREADS=1 MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 \\
torchrun --nproc-per-node 2 -m studio.training.starter --work DIR`
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from studio.paths import resources_folder
from studio.training import parallel
from studio.training.export import export_pipeline
from studio.training.latents import fill_cache
from studio.training.plan import PLANS, Plan
from studio.training.transformer import train_transformer
from studio.training.vae import refine_decoder, train_vae

STAGES = ("vae", "cache", "decoder", "transformer", "export")


def make_starter(plan: Plan, work: Path, out: Path, device: str, stages: tuple[str, ...] = STAGES) -> None:
    """Run the named stages; each finds what earlier ones left in `work`. The folder ends up in `out`."""
    vae = train_vae(plan.vae, work, device)
    if "cache" in stages:
        fill_cache(vae, work / "latents", plan.cached_clips)
        parallel.wait()
    if "decoder" in stages:
        refine_decoder(plan.vae, vae, work)
    if "transformer" in stages:
        denoiser = train_transformer(plan.transformer, work, device)
        if "export" in stages and parallel.rank() == 0:
            export_pipeline(vae, denoiser, out)
            print(f"the starter lies in {out}")
    parallel.wait()


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m studio.training.starter", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints and cached latents")
    parser.add_argument("--out", type=Path, default=resources_folder() / "models" / "starter")
    parser.add_argument("--plan", choices=sorted(PLANS), default="two-cores")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES, help="run only these")
    parser.add_argument("--clips", type=int, help="number of cached clips")
    parser.add_argument("--steps", type=int, help="number of transformer steps")
    options = parser.parse_args()
    if options.device == "cpu":
        torch.set_num_threads(1)
    plan = PLANS[options.plan]
    if options.clips:
        plan = replace(plan, cached_clips=options.clips)
    if options.steps:
        plan = replace(plan, transformer=replace(plan.transformer, steps=options.steps))
    parallel.start()
    make_starter(plan, options.work, options.out, options.device, tuple(options.stages))


if __name__ == "__main__":
    main()
