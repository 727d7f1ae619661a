"""Trains the default encoder: a picture tower and a text tower, 64x64 pixels, one space of 256 dimensions.

    python3 train.py --data DATA --vocabulary ../default --out out --minutes 100 [--scenes FOLDER] [--init CHECKPOINT]

A step takes pictures with class names (two views each: whole and part), some wider terms, some dictionary glosses
and, with --scenes, drawn scenes with captions composed from their attributes. The learning rate falls along a cosine
over wall time, so that training ends when it should on any machine; started again, it goes on from the last checkpoint.
"""
import argparse
import random

import torch

import losses
from augment import mosaic, shrink, two_views
from data import Classes, ClassSampler, load_archives, only
from evaluate import TEMPLATES, evaluate_copies, evaluate_names, evaluate_scenes
from loop import HAS_BFLOAT16, Loop, add_arguments
from scenes import Scenes, as_targets, compose, judge, mirror, resemblance
from things import Things
from tokenizer import Tokenizer
from towers import DIMENSION, PATCH_SIZE, PICTURE_SIZE, PictureTower, TextTower, normalise_pixels
from wordnet import Nouns

def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser, minutes=100, rate=1.5e-3)
    parser.add_argument('--photos', help='folder of photographs, to count how many crops find themselves (never trained on)')
    parser.add_argument('--scenes', nargs='+', help='folders of sample sets to learn from; may be given when training goes on')
    parser.add_argument('--scenes-val', help='folder of a sample set with judged queries')
    parser.add_argument('--teacher', help='vectors of an earlier model for the scenes, plain and mirrored: float32 [2, scenes, 256]')
    parser.add_argument('--init', help='checkpoint whose weights to start from')
    parser.add_argument('--init-texts', help='checkpoint whose text tower to start from; the picture tower starts from nothing')
    parser.add_argument('--from-size', type=int, default=40, help='pixels a side at the start; 64 trains at full size all the time')
    parser.add_argument('--pictures', type=int, default=120, help='pictures with class names a step')
    parser.add_argument('--named-parts', type=int, default=40, help='of these, pictures whose part is seen too')
    parser.add_argument('--drawn', type=int, default=96, help='scenes a step, where there are any')
    parser.add_argument('--parts', type=int, default=64, help='scenes of which a part is seen too')
    parser.add_argument('--things', type=int, default=32, help='scenes of which one thing is cut out')
    parser.add_argument('--mosaics', type=int, default=0, help='mosaics of four pictures a step: a part of a picture learns to have the vector of what is there')
    parser.add_argument('--least-part', type=float, default=0.12, help='smallest share of a scene that a part shows')
    return parser.parse_args()


# Until which share of the schedule pictures have so many pixels a side: a picture of 40 costs 0.39 of one of 64, and what is learnt
# carries over. Batch norm's statistics follow the size, so the last part is long enough to take them at full size.
SIZES = ((0.45, 40), (0.75, 52), (1.0, PICTURE_SIZE))


def size_at(progress, least):
    """Pixels a side at a share of the schedule."""
    return max(least, next(size for until, size in SIZES if min(progress, 1) <= until))


def embed_texts(tower, tokenizer, texts, chunk=96):
    """Unit vectors of texts, [n, 256], in their order; texts of like length go together, so that little is spent on padding."""
    order = sorted(range(len(texts)), key=lambda i: len(tokenizer.encode(texts[i])))
    parts = [tower(tokenizer([texts[i] for i in order[at:at + chunk]])) for at in range(0, len(order), chunk)]
    return torch.cat(parts)[torch.tensor(order).argsort()]


class Trainer(Loop):
    def __init__(self, options):
        torch.manual_seed(options.seed)
        self.options = options
        self.tokenizer = Tokenizer(options.vocabulary)
        nouns = Nouns(options.wordnet)
        self.classes, self.glosses = Classes(f'{options.data}/classes.json', nouns), nouns.glosses()
        self.named = only(load_archives(options.data, 'train', self.classes, options.cache), self.classes.seen)
        self.tiny = load_archives(options.data, 'tiny-imagenet-val', self.classes, options.cache)
        self.caltech = load_archives(options.data, 'caltech-101-val', self.classes, options.cache)
        self.place = self.classes.places_among_seen()
        self.sampler = ClassSampler(self.named.labels)
        self.drawn = Scenes(options.scenes, options.cache) if options.scenes else None
        self.things = Things(options.scenes, options.cache) if options.scenes else None
        self.teacher = None if options.teacher is None else torch.from_file(options.teacher, size=2 * len(self.drawn) * DIMENSION).view(2, len(self.drawn), DIMENSION)
        self.drawn_val = Scenes([options.scenes_val], options.cache) if options.scenes_val else None
        self.picture_tower = PictureTower().to(memory_format=torch.channels_last)
        self.text_tower = TextTower(len(self.tokenizer), self.tokenizer.padding)
        self.temperatures = losses.Temperatures()
        modules = [self.picture_tower, self.text_tower, self.temperatures]
        if options.init_texts:
            self.text_tower.load_state_dict(torch.load(options.init_texts)['average'][1])
        if options.init:
            weights = torch.load(options.init)['average']
            self.picture_tower.load_state_dict(weights[0])
            self.text_tower.load_state_dict(weights[1])
            if len(weights) > 2:
                self.temperatures.load_state_dict(weights[2], strict=False)     # a checkpoint may know fewer losses
        self.begin(options, modules, [p for m in modules for p in m.parameters() if p.ndim > 1])

    @property
    def size(self):
        return size_at(self.progress, self.options.from_size)

    def named_texts(self):
        """Each seen class's name once, in a random synonym and template, then 64 wider terms; the terms' numbers."""
        terms = torch.randperm(len(self.classes.wider_names))[:64]
        spoken = [random.choice(self.classes.names[i]) for i in self.classes.seen] + [random.choice(self.classes.wider_names[j]) for j in terms]
        return [random.choice(TEMPLATES).format(n) for n in spoken], terms

    def drawn_batch(self):
        """Scenes by chance mirrored, parts and single things of some, two captions each (one tells more), and how true all that is of each."""
        chosen = self.drawn.batch(self.options.drawn)
        whole, part, flipped = two_views(self.drawn.pixels[chosen], least_area=self.options.least_part, recolouring=0.06)
        scenes = [mirror(self.drawn.scenes[i]) if f else self.drawn.scenes[i] for i, f in zip(chosen, flipped.tolist())]
        captions = [compose(s, random.uniform(0.5, 1)) for s in scenes] + [compose(s, random.uniform(0, 0.6)) for s in scenes]
        matches = as_targets(judge(scenes, [claims for _, claims in captions]))
        pixels, told = self.things.of(chosen, self.options.things)
        _, things, _ = two_views(pixels, least_area=0.8, recolouring=0.04)
        shown = as_targets(judge(scenes, told))
        taught = None if self.teacher is None else self.teacher[flipped.long(), torch.tensor(chosen)]
        return whole, part[:self.options.parts], things, [text for text, _ in captions], matches, shown, resemblance(scenes), taught

    def loss(self):
        chosen = self.sampler.batch(self.options.pictures)
        labels = self.named.labels[chosen]
        whole, part, _ = two_views(self.named.pixels[chosen])
        part = part[:self.options.named_parts]
        named_texts, terms = self.named_texts()
        glosses = random.sample(self.glosses, 48 if self.steps % 2 == 0 else 0)
        pictures, texts = [whole, part], [named_texts, [random.choice(lemmas) for lemmas, _ in glosses], [g for _, g in glosses]]
        if self.drawn:
            drawn_whole, drawn_part, things, captions, matches, shown, alike, taught = self.drawn_batch()
            pictures, texts = pictures + [drawn_whole, drawn_part, things], texts + [captions]
        with torch.cpu.amp.autocast(enabled=HAS_BFLOAT16, dtype=torch.bfloat16):
            vectors, _ = self.picture_tower(normalise_pixels(shrink(torch.cat(pictures), self.size)).contiguous(memory_format=torch.channels_last))
            vectors = vectors.split([len(p) for p in pictures])
            words = embed_texts(self.text_tower, self.tokenizer, sum(texts, [])).split([len(t) for t in texts])
        names, wider = words[0].split([len(self.classes.seen), len(terms)])
        named, twice = torch.cat(vectors[:2]), torch.cat([labels, labels[:len(part)]])
        parts = {
            'names': 1.5 * losses.names_loss(named, names, self.place[twice], self.temperatures),
            'wider': 0.3 * losses.wider_loss(named, wider, self.classes.is_a[twice][:, terms], self.temperatures),
            'class': 0.8 * losses.same_class_loss(named, twice),
        }
        if glosses:
            parts['glosses'] = 0.4 * losses.pairs_loss(words[1], words[2], self.temperatures.glosses)
        if self.options.mosaics:
            parts['mosaics'] = self.mosaics_loss(torch.cat([whole, drawn_whole]) if self.drawn else whole, torch.cat([vectors[0], vectors[2]]) if self.drawn else vectors[0])
        wholes, cuts, of = vectors[0][:len(part)], vectors[1], labels[:len(part)]
        if self.drawn:
            parts['captions'] = 1.5 * losses.matches_loss(vectors[2], words[3], matches, self.temperatures.captions)
            parts['things'] = losses.matches_loss(vectors[2], vectors[4], shown, self.temperatures.things)
            if taught is not None:
                parts['teacher'] = 3 * losses.teacher_loss(vectors[2], taught)
            parts['scenes'] = 0.5 * losses.resemblance_loss(vectors[2], alike)
            each = torch.arange(len(vectors[3])) + len(self.classes)        # every scene is a class of its own
            wholes, cuts, of = torch.cat([wholes, vectors[2][:len(each)]]), torch.cat([cuts, vectors[3]]), torch.cat([of, each])
        parts['views'] = 0.5 * losses.views_loss(wholes, cuts, of, self.temperatures)
        return parts

    def mosaics_loss(self, pictures, vectors):
        """Mosaics of pictures that the tower has just seen alone."""
        chosen = torch.randperm(len(pictures))[:4 * self.options.mosaics]
        side = self.size // PATCH_SIZE * PATCH_SIZE     # whole patches, or a quarter's would see its neighbours
        _, patches = self.picture_tower(normalise_pixels(mosaic(shrink(pictures[chosen], side))).contiguous(memory_format=torch.channels_last))
        return losses.mosaic_loss(patches, vectors[chosen], self.temperatures.mosaics)

    @torch.no_grad()
    def figures(self):
        """Figures on held-out pictures at the size just trained at."""
        picture_tower, text_tower, _ = self.average.copies
        with torch.cpu.amp.autocast(enabled=HAS_BFLOAT16, dtype=torch.bfloat16):
            figures = evaluate_names(picture_tower, text_tower, self.tokenizer, self.classes, self.tiny, self.caltech, self.size)
            if self.options.photos:
                figures['photos'] = evaluate_copies(picture_tower, self.options.photos, self.size)
            if self.drawn_val:
                figures['scenes'] = evaluate_scenes(picture_tower, text_tower, self.tokenizer, self.drawn_val, self.options.scenes_val, self.size)
        return figures


def main():
    Trainer(parse_arguments()).run()


if __name__ == '__main__':
    main()
