"""Blends two checkpoints, one trained on from the other, into one that keeps more of what the first knew.

    python3 blend.py --first init.pt --second out/checkpoint.pt --share 0.7 --data DATA --cache CACHE --scenes FOLDER --out blend.pt

Weights are mixed number by number (WiSE-FT, Wortsman et al. 2022: along the straight line between the two, what each does well is lost
late). Batch norm's statistics fit neither then, so they are taken anew from photographs and drawings, half and half.
"""
import argparse

import torch
import torch.nn as nn

from data import Classes, load_archives
from scenes import Scenes
from tokenizer import Tokenizer
from towers import PictureTower, TextTower, normalise_pixels
from wordnet import Nouns

PICTURES = 6000     # of each kind, for the statistics
BATCH = 250


def blend(first, second, share):
    """`share` of the second's weights and the rest of the first's."""
    return {name: first[name].lerp(weight, share) if weight.dtype.is_floating_point else weight for name, weight in second.items()}


@torch.no_grad()
def take_statistics(tower, pixels):
    """Sets batch norm's means and variances to those of these pictures."""
    for part in tower.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.reset_running_stats()
            part.momentum = None        # the mean over all batches
    tower.train()
    for batch in pixels[torch.randperm(len(pixels))].split(BATCH):
        tower(normalise_pixels(batch.float() / 255))
    tower.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--first', required=True)
    parser.add_argument('--second', required=True)
    parser.add_argument('--share', type=float, default=0.7, help='of the second checkpoint, 0 to 1')
    parser.add_argument('--data', required=True)
    parser.add_argument('--scenes', nargs='+', required=True)
    parser.add_argument('--vocabulary', default='../default')
    parser.add_argument('--cache', default='cache')
    parser.add_argument('--wordnet', default='/usr/share/wordnet/data.noun')
    parser.add_argument('--out', required=True)
    options = parser.parse_args()
    torch.manual_seed(0)
    tokenizer = Tokenizer(options.vocabulary)
    first, second = (torch.load(path, map_location='cpu')['average'] for path in (options.first, options.second))
    picture_tower, text_tower = PictureTower(), TextTower(len(tokenizer), tokenizer.padding)
    picture_tower.load_state_dict(blend(first[0], second[0], options.share))
    text_tower.load_state_dict(blend(first[1], second[1], options.share))
    photographs = load_archives(options.data, 'train', Classes(f'{options.data}/classes.json', Nouns(options.wordnet)), options.cache).pixels
    drawings = Scenes(options.scenes, options.cache).pixels
    take_statistics(picture_tower, torch.cat([p[torch.randperm(len(p))[:PICTURES]] for p in (photographs, drawings)]))
    torch.save({'average': [picture_tower.state_dict(), text_tower.state_dict()]}, options.out)


if __name__ == '__main__':
    main()
