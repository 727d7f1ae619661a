"""Reads what the encoder learns from: pictures as uint8 arrays (decoded once, then cached), class names, dictionary glosses."""
import collections
import io
import json
import os
import zipfile

import numpy as np
import torch
from PIL import Image

from towers import PICTURE_SIZE

Pictures = collections.namedtuple('Pictures', 'pixels labels')      # uint8 [n, 3, 64, 64] and int64 [n]


class Classes:
    """The class names of the archives and the wider terms (WordNet hypernyms) that two or more of them share."""

    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            entries = json.load(file)
        self.names = [e['names'] for e in entries]
        self.number = {e['id']: i for i, e in enumerate(entries)}
        self.of_source = {s: torch.tensor([i for i, e in enumerate(entries) if e['source'] == s]) for s in {e['source'] for e in entries}}
        members = {}
        for i, entry in enumerate(entries):
            for synonyms in entry['hypernyms']:
                members.setdefault(synonyms[0], (synonyms, set()))[1].add(i)
        wide = [m for m in members.values() if len(m[1]) >= 2]
        self.wider_names = [synonyms for synonyms, _ in wide]
        self.is_a = torch.zeros(len(entries), len(wide))            # [class, wider term]: 1 where the class is one
        for j, (_, classes) in enumerate(wide):
            self.is_a[list(classes), j] = 1

    def __len__(self):
        return len(self.names)


def squash(picture):
    """A PIL picture as uint8 [64, 64, 3], its sides squashed to a square, as the program does with every picture."""
    return np.asarray(picture.convert('RGB').resize((PICTURE_SIZE, PICTURE_SIZE), Image.BICUBIC, reducing_gap=None))


def cached(cache, name, make):
    """The arrays of `make`, kept in `cache` under `name`, so that a restart need not decode again."""
    path = os.path.join(cache, name + '.npz')
    if not os.path.exists(path):
        os.makedirs(cache, exist_ok=True)
        np.savez(path + '.part.npz', **make())
        os.replace(path + '.part.npz', path)
    return np.load(path)


def load_archive(path, classes, cache):
    """The pictures of one zip archive; the folder a picture lies in is its class."""
    def decode():
        pixels, labels = [], []
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                folder = name.rsplit('/', 1)[0]
                pixels.append(squash(Image.open(io.BytesIO(archive.read(name)))))
                labels.append(classes.number[folder if folder in classes.number else 'caltech/' + folder])
        return {'pixels': np.stack(pixels).transpose(0, 3, 1, 2), 'labels': np.array(labels)}
    arrays = cached(cache, os.path.basename(path)[:-len('.zip')], decode)
    return Pictures(torch.from_numpy(np.ascontiguousarray(arrays['pixels'])), torch.from_numpy(arrays['labels']))


def load_archives(folder, ending, classes, cache):
    """All archives of a folder whose name contains `ending`, as one set."""
    sets = [load_archive(os.path.join(folder, f), classes, cache) for f in sorted(os.listdir(folder)) if ending in f and f.endswith('.zip')]
    return Pictures(torch.cat([s.pixels for s in sets]), torch.cat([s.labels for s in sets]))


def read_glosses(path, whole=False):
    """WordNet's nouns as (lemmas, gloss); the gloss is cut at its first semicolon unless the `whole` is wanted."""
    entries = []
    with open(path, encoding='utf-8') as file:
        for line in file:
            if line.startswith('  '):       # the licence, at the head of the file
                continue
            left, gloss = line.split('|', 1)
            fields = left.split()
            lemmas = [fields[4 + 2 * i].replace('_', ' ') for i in range(int(fields[3], 16))]
            entries.append((lemmas, gloss.strip() if whole else gloss.strip().split(';')[0]))
    return entries
