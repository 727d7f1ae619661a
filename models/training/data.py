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


# Caltech-101 names its classes by folder, without meanings. Where the name is no noun of the dictionary: the noun that it shows.
SHOWS = {'Faces': 'face', 'Leopards': 'leopard', 'Motorbikes': 'motorbike', 'airplanes': 'airplane', 'car_side': 'car', 'water_lilly': 'water lily',
         'cougar_body': 'cougar', 'cougar_face': 'cougar', 'crocodile_head': 'crocodile', 'flamingo_head': 'flamingo', 'wild_cat': 'wildcat',
         'binocular': 'binoculars', 'headphone': 'headphones', 'inline_skate': 'roller skate', 'stop_sign': 'street sign', 'ceiling_fan': 'fan'}
MEANING = {'cup': 0, 'dolphin': 1, 'hedgehog': 1, 'schooner': 1, 'sea horse': 1}     # where Nouns.visible_meaning guesses wrong

# Never trained on, neither pictures nor names: whether the picture tower groups what it has not met is read from them.
UNSEEN = ('gerenuk', 'inline_skate', 'mandolin', 'mayfly', 'metronome', 'octopus', 'okapi', 'platypus', 'water_lilly', 'wrench')


def explain(entry, nouns):
    """Gives a class without hypernyms those of the noun that it shows, and that noun as a further name or as a wider term."""
    folder = entry['id'].rsplit('/', 1)[-1]
    noun = SHOWS.get(folder, entry['names'][0])
    meaning = nouns.meanings[noun][MEANING[noun]] if noun in MEANING else nouns.visible_meaning(noun)
    only_a_part = folder.endswith(('_body', '_face', '_head'))
    wider = nouns.wider(meaning) if meaning else []
    return {**entry, 'names': entry['names'] if only_a_part else list(dict.fromkeys([*entry['names'], noun])),
            'hypernyms': [nouns.synonyms[meaning], *wider] if only_a_part and meaning else wider}


class Classes:
    """The class names of the archives and the wider terms (WordNet hypernyms) that two or more of them share."""

    def __init__(self, path, nouns):
        with open(path, encoding='utf-8') as file:
            entries = [e if e['hypernyms'] else explain(e, nouns) for e in json.load(file)]
        self.names = [e['names'] for e in entries]
        self.number = {e['id']: i for i, e in enumerate(entries)}
        self.of_source = {s: torch.tensor([i for i, e in enumerate(entries) if e['source'] == s]) for s in {e['source'] for e in entries}}
        self.unseen = torch.tensor([i for i, e in enumerate(entries) if e['id'].removeprefix('caltech/') in UNSEEN])
        self.seen = torch.tensor([i for i in range(len(entries)) if i not in set(self.unseen.tolist())])
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

    def places_among_seen(self):
        """Of each class its place in `seen`; -1 where it is not there."""
        return torch.full((len(self),), -1).index_copy(0, self.seen, torch.arange(len(self.seen)))


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


def only(pictures, labels):
    """The pictures whose label is one of these."""
    kept = torch.isin(pictures.labels, labels)
    return Pictures(pictures.pixels[kept], pictures.labels[kept])


def load_archives(folder, ending, classes, cache):
    """All archives of a folder whose name contains `ending`, as one set."""
    sets = [load_archive(os.path.join(folder, f), classes, cache) for f in sorted(os.listdir(folder)) if ending in f and f.endswith('.zip')]
    return Pictures(torch.cat([s.pixels for s in sets]), torch.cat([s.labels for s in sets]))


class ClassSampler:
    """Batches that hold each class twice: same_class_loss needs a pair. Every picture of a class comes up before one comes again.

    A class comes up by the root of its size: Caltech-101's are a seventh of Tiny-ImageNet's, and would else be seen once in 15 pictures.
    """

    def __init__(self, labels):
        self.of_class = [torch.nonzero(labels == c).flatten() for c in labels.unique()]
        self.weights = torch.tensor([len(m) ** 0.5 for m in self.of_class])
        self.queues = [[] for _ in self.of_class]

    def batch(self, n):
        chosen = []
        for c in torch.multinomial(self.weights, n // 2).tolist():
            if len(self.queues[c]) < 2:
                self.queues[c] = self.of_class[c][torch.randperm(len(self.of_class[c]))].tolist()
            chosen += [self.queues[c].pop(), self.queues[c].pop()]
        return torch.tensor(chosen)
