"""Figures of a model on pictures that it has not seen: zero-shot naming, words to pictures, pictures to pictures, crops.

    python3 evaluate.py --checkpoint out/checkpoint.pt --data DATA --cache CACHE [--photos FOLDER]
"""
import argparse
import collections
import io
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from augment import shrink
from data import Classes, load_archives, squash
from export import shipped_towers
from scenes import Scenes, read_judgements
from things import cut_out
from tokenizer import Tokenizer
from towers import DIMENSION, PATCH_SIZE, PICTURE_SIZE, REGION_SIZE, normalise_pixels
from wordnet import Nouns

TEMPLATES = ['{}', 'a photo of a {}', 'a picture of a {}', 'a {}', 'the {}', 'a close-up of a {}', 'a photo of the {}', 'a small {}',
             'a large {}', 'one {} outdoors', 'a {} in the background', 'a blurry photo of a {}']


def embed_pictures(tower, pixels, size=PICTURE_SIZE, batch=250):
    """uint8 [n, 3, 64, 64] to unit vectors [n, 256], seen at `size` pixels a side: the size last trained at."""
    return torch.cat([tower(normalise_pixels(shrink(p.float() / 255, size)))[0] for p in pixels.split(batch)])


def precision_at_10(scores, relevant):
    """Mean share of relevant pictures among each row's ten best. scores: [queries, pictures]; relevant: 0..1, the same shape."""
    return relevant.gather(1, scores.topk(10, 1).indices).float().mean().item()


@torch.no_grad()
def evaluate_names(picture_tower, text_tower, tokenizer, classes, tiny, caltech, size=PICTURE_SIZE):
    """Figures by class name on the held-out pictures of Tiny-ImageNet and Caltech-101."""
    tiny_vectors, caltech_vectors = (embed_pictures(picture_tower, p.pixels, size) for p in (tiny, caltech))
    first = [n[0] for n in classes.names]
    ensemble = F.normalize(sum(text_tower(tokenizer([t.format(n) for n in first])) for t in TEMPLATES[:4]), dim=-1)
    names = text_tower(tokenizer(['a photo of a ' + n for n in first]))
    wider = text_tower(tokenizer(['a photo of a ' + n[0] for n in classes.wider_names]))
    tiny_classes, caltech_classes = classes.of_source['tiny-imagenet'], classes.of_source['caltech-101']

    def top1(vectors, labels, among):
        return (among[(vectors @ ensemble[among].T).argmax(1)] == labels).float().mean().item()

    alike = tiny.labels[:, None] == tiny.labels[None, :]
    present = classes.is_a[tiny_classes].any(0)
    return {
        'tiny-imagenet': {
            'zeroShotTop1': top1(tiny_vectors, tiny.labels, tiny_classes),
            'textToPictureP10': precision_at_10(names[tiny_classes] @ tiny_vectors.T, tiny_classes[:, None] == tiny.labels[None, :]),
            'pictureToPictureP10': precision_at_10((tiny_vectors @ tiny_vectors.T).fill_diagonal_(-1), alike),
            'hypernymTextToPictureP10': precision_at_10(wider[present] @ tiny_vectors.T, classes.is_a[tiny.labels].T[present]),
        },
        'caltech-101': {'zeroShotTop1': top1(caltech_vectors, caltech.labels, caltech_classes)},
    }


@torch.no_grad()
def evaluate_unseen(picture_tower, sets, classes, size=PICTURE_SIZE):
    """Pictures of classes never trained on find others of their class among all pictures of these sets."""
    pixels, labels = (torch.cat(parts) for parts in zip(*sets))
    vectors, queries = embed_pictures(picture_tower, pixels, size), torch.nonzero(torch.isin(labels, classes.unseen)).flatten()
    scores = vectors[queries] @ vectors.T
    scores[torch.arange(len(queries)), queries] = -1
    return {'classes': len(classes.unseen), 'queries': len(queries), 'among': len(labels),
            'pictureToPictureP10': precision_at_10(scores, labels[queries][:, None] == labels[None, :])}


def as_jpeg(picture, quality=60):
    """The picture as it comes out of a JPEG file of that quality."""
    file = io.BytesIO()
    picture.save(file, 'JPEG', quality=quality)
    return Image.open(file)


@torch.no_grad()
def evaluate_copies(picture_tower, folder, size=PICTURE_SIZE):
    """How many photographs of a folder are found first by a crop of their middle, or by a smaller copy."""
    photos = [Image.open(os.path.join(folder, f)).convert('RGB') for f in sorted(os.listdir(folder))]

    def vectors(pictures):
        return embed_pictures(picture_tower, torch.from_numpy(np.stack([squash(p) for p in pictures])).permute(0, 3, 1, 2), size)

    def middle(share):
        return lambda p: as_jpeg(p.crop(tuple(round(v) for v in (
            p.width * (1 - share) / 2, p.height * (1 - share) / 2, p.width * (1 + share) / 2, p.height * (1 + share) / 2))))

    def smaller(p):
        return as_jpeg(p.resize((round(p.width * 0.7), round(p.height * 0.7)), Image.BICUBIC))

    index = vectors(photos)

    def found(change):
        return (vectors([change(p) for p in photos]) @ index.T).argmax(1).eq(torch.arange(len(photos))).sum().item()

    return {'pictures': len(photos), 'cropMiddle80PercentFindsItself': found(middle(0.8)), 'cropMiddle65Percent': found(middle(0.65)),
            'cropMiddle50Percent': found(middle(0.5)), 'reencoded': found(smaller)}


LEAST_SHARE, MOST_STRETCH, FALLOFF = 0.375, 1.34, 0.0175      # as in the program's RegionFinder


def windows_of(side):
    """Windows of a grid of side x side patches: row, column, rows, columns."""
    sizes = range(math.ceil(side * LEAST_SHARE), side + 1)
    return [(y, x, h, w) for h in sizes for w in sizes if max(h / w, w / h) <= MOST_STRETCH + 1e-9
            for y in range(side - h + 1) for x in range(side - w + 1)]


def tiled_patches(picture_tower, pictures):
    """Patches [n, 256, rows, columns] of pictures larger than what the tower was trained at: the mean over overlapping squares of that size, as the program's PatchTiles."""
    side, square, step = pictures.shape[-1] // PATCH_SIZE, PICTURE_SIZE // PATCH_SIZE, PICTURE_SIZE // 2
    patches, seen = torch.zeros(len(pictures), DIMENSION, side, side), torch.zeros(side, side)
    for top in range(0, pictures.shape[-2] - step, step):
        for left in range(0, pictures.shape[-1] - step, step):
            vectors = picture_tower(pictures[:, :, top:top + PICTURE_SIZE, left:left + PICTURE_SIZE])[1]
            rows, columns = (slice(at // PATCH_SIZE, at // PATCH_SIZE + square) for at in (top, left))
            patches[:, :, rows, columns] += vectors.transpose(1, 2).unflatten(2, (square, square))
            seen[rows, columns] += 1
    return patches / seen


@torch.no_grad()
def evaluate_regions(picture_tower, folder, share=0.5):
    """How many photographs are found first by the middle of theirs when parts are searched, and in how many the box lies right."""
    photos = [Image.open(os.path.join(folder, f)).convert('RGB') for f in sorted(os.listdir(folder))]
    large = torch.from_numpy(np.stack([np.asarray(p.resize((REGION_SIZE, REGION_SIZE), Image.BICUBIC)) for p in photos])).permute(0, 3, 1, 2)
    side = REGION_SIZE // PATCH_SIZE
    patches = tiled_patches(picture_tower, normalise_pixels(large.float() / 255))
    sums, places = F.pad(patches.cumsum(2).cumsum(3), (1, 0, 1, 0)), windows_of(side)
    regions = torch.stack([F.normalize(sums[:, :, y + h, x + w] - sums[:, :, y, x + w] - sums[:, :, y + h, x] + sums[:, :, y, x], dim=1)
                           for y, x, h, w in places], 1)                                            # [photos, windows, 256]
    boxes = torch.tensor([(x, y, x + w, y + h) for y, x, h, w in places]) / side
    queries = []
    for photo in photos:
        inset = (1 - share) / 2
        part = photo.crop(tuple(round(v) for v in (photo.width * inset, photo.height * inset, photo.width * (1 - inset), photo.height * (1 - inset))))
        queries.append(squash(as_jpeg(part.resize((round(part.width * 0.7), round(part.height * 0.7)), Image.BICUBIC))))
    queries = embed_pictures(picture_tower, torch.from_numpy(np.stack(queries)).permute(0, 3, 1, 2))
    scores = torch.einsum('qd,pwd->qpw', queries, regions)
    own = torch.arange(len(photos))
    first = scores.max(2).values.argmax(1) == own
    of_own = scores[own, own]
    found = ((of_own - of_own.max(1, keepdim=True).values) / FALLOFF).softmax(1) @ boxes
    true = torch.tensor([(1 - share) / 2, (1 - share) / 2, (1 + share) / 2, (1 + share) / 2])
    both = (torch.minimum(found[:, 2:], true[2:]) - torch.maximum(found[:, :2], true[:2])).clamp(min=0).prod(1)
    overlap = both / ((found[:, 2:] - found[:, :2]).prod(1) + share * share - both)
    return {'quarterFindsItsPhotograph': first.sum().item(), 'boxOverlapsByHalf': (first & (overlap >= 0.5)).sum().item()}


def ndcg_at_10(ranked, grades):
    """Normalised discounted cumulative gain of a ranking, with gain 2^grade - 1. grades: {document: grade}."""
    def gain(values):
        return sum((2 ** g - 1) / np.log2(i + 2) for i, g in enumerate(values[:10]))
    return gain([grades.get(d, 0) for d in ranked[:10]]) / gain(sorted(grades.values(), reverse=True))


@torch.no_grad()
def evaluate_scenes(picture_tower, text_tower, tokenizer, scenes, folder, size=PICTURE_SIZE):
    """nDCG@10 of the judged queries of a sample set by vectors alone: of each kind of query, and of all."""
    index, values = embed_pictures(picture_tower, scenes.pixels, size), collections.defaultdict(list)
    for query, grades in read_judgements(folder):
        if query['kind'] == 'text':
            vector = text_tower(tokenizer([query['text']]))
        else:
            picture = cut_out(f'{folder}/{query["picture"]}', query.get('crop', (0, 0, 1, 1)))
            vector = embed_pictures(picture_tower, torch.from_numpy(squash(picture).copy()).permute(2, 0, 1)[None], size)
        ranked = [scenes.files[i] for i in (vector @ index.T)[0].topk(10).indices]
        values[query['kind']].append(ndcg_at_10(ranked, grades))
    figures = {kind + 'NDCG10': float(np.mean(of_kind)) for kind, of_kind in values.items()}
    return {'pictures': len(scenes), 'nDCG10': float(np.mean(sum(values.values(), []))), **figures}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--checkpoint', required=True)
    parser.add_argument('--data', required=True)
    parser.add_argument('--vocabulary', default='../default')
    parser.add_argument('--cache', default='cache')
    parser.add_argument('--wordnet', default='/usr/share/wordnet/data.noun')
    parser.add_argument('--photos', help='folder of photographs')
    parser.add_argument('--scenes-val', help='folder of a sample set with judged queries')
    parser.add_argument('--out', help='file to write the figures to')
    options = parser.parse_args()
    tokenizer, classes = Tokenizer(options.vocabulary), Classes(f'{options.data}/classes.json', Nouns(options.wordnet))
    picture_tower, text_tower = shipped_towers(options.checkpoint, tokenizer)
    tiny, caltech = (load_archives(options.data, name, classes, options.cache) for name in ('tiny-imagenet-val', 'caltech-101-val'))
    figures = evaluate_names(picture_tower, text_tower, tokenizer, classes, tiny, caltech)
    figures['unseen'] = evaluate_unseen(picture_tower, [caltech, load_archives(options.data, 'caltech-101-train', classes, options.cache)], classes)
    if options.photos:
        figures['photos'] = {**evaluate_copies(picture_tower, options.photos), **evaluate_regions(picture_tower, options.photos)}
    if options.scenes_val:
        figures['scenes'] = evaluate_scenes(picture_tower, text_tower, tokenizer, Scenes([options.scenes_val], options.cache), options.scenes_val)
    text = json.dumps({of: {name: round(value, 4) for name, value in part.items()} for of, part in figures.items()}, indent=1)
    print(text)
    if options.out:
        with open(options.out, 'w', encoding='utf-8') as file:
            file.write(text + '\n')


if __name__ == '__main__':
    main()
