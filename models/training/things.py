"""Things cut out of drawn scenes by their boxes: what somebody marks in a picture to search for it."""
import json
import os

import numpy as np
import torch
from PIL import Image

from data import cached, squash
from scenes import Claims, Group

LEAST_SIDE = 0.25       # of the picture: smaller things are a few pixels, and nobody marks them
MOST_AREA = 0.5         # of the picture: larger ones are the picture


class Things:
    """One thing of each scene that has a fit one, uint8 [n, 3, 64, 64], cut from the drawing at full size, and what it is.

    Which one is drawn by lot, once: the next run cuts the same.
    """

    def __init__(self, folders, cache):
        self.of_scene, self.claims, pixels, before = {}, [], [], 0
        for folder in folders:
            with open(f'{folder}/boxes.jsonl', encoding='utf-8') as file:
                records = [json.loads(line) for line in file]
            chosen = [(i, *pick(i, r['boxes'])) for i, r in enumerate(records) if any(is_fit(b) for b in r['boxes'])]

            def cut():
                return {'pixels': np.stack([squash(cut_out(f'{folder}/pictures/{records[i]["file"]}', box)) for i, _, box in chosen])
                        .transpose(0, 3, 1, 2)}
            pixels.append(torch.from_numpy(cached(cache, f'{os.path.basename(os.path.normpath(folder))}-{len(records)}-things', cut)['pixels']))
            for i, thing, _ in chosen:
                self.of_scene[before + i] = len(self.claims)
                self.claims.append(thing)
            before += len(records)
        self.pixels = torch.cat(pixels)

    def of(self, scenes, most):
        """The things of the first of these scenes that have one, at most so many: uint8 [n, 3, 64, 64], and what each claims to be."""
        numbers = [self.of_scene[s] for s in scenes if s in self.of_scene][:most]
        return self.pixels[numbers], [self.claims[n] for n in numbers]


def is_fit(entry):
    _, _, width, height = entry['box']
    return not entry['sky'] and max(width, height) > LEAST_SIDE and width * height < MOST_AREA


def pick(number, entries):
    """One of a scene's fit things: what it claims, and its box."""
    fit = [e for e in entries if is_fit(e)]
    entry = fit[number * 7919 % len(fit)]
    colour = entry['color'] if entry['color'] != 'rainbow' else None
    thing = Group(entry['thing'], colour, None, None, None, False)
    return Claims((thing,), None, None, None, None, None, None, None), entry['box']


def cut_out(path, box):
    with Image.open(path) as picture:
        x, y, width, height = box
        return picture.convert('RGB').crop((round(x * picture.width), round(y * picture.height),
                                            round((x + width) * picture.width), round((y + height) * picture.height)))
