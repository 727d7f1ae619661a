"""Trains the default encoder: a picture tower and a text tower, 64x64 pixels, one space of 256 dimensions.

    python3 train.py --data DATA --vocabulary ../default --out out --minutes 100 [--scenes FOLDER] [--init CHECKPOINT]

A step takes pictures with class names (two views each: whole and part), some wider terms, some dictionary glosses
and, with --scenes, drawn scenes with captions composed from their attributes. The learning rate falls along a cosine
over wall time, so that training ends when it should on any machine; started again, it goes on from the last checkpoint.
"""
import argparse
import copy
import json
import math
import os
import random
import time

import numpy as np
import torch
import torch.nn as nn

import losses
from augment import two_views
from data import Classes, load_archives
from evaluate import TEMPLATES, evaluate_copies, evaluate_names, evaluate_scenes
from scenes import Scenes, as_targets, compose, judge, mirror, resemblance
from things import Things
from tokenizer import Tokenizer
from towers import PictureTower, TextTower, normalise_pixels
from wordnet import Nouns

# Emulated where the processor lacks it, and then 20 times slower than float32 (1.7 pictures a second, not 38).
with open('/proc/cpuinfo', encoding='ascii') as cpu:
    HAS_BFLOAT16 = 'bf16' in cpu.read()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, help='folder with the archives and classes.json')
    parser.add_argument('--vocabulary', required=True, help='folder with vocab.json and merges.txt')
    parser.add_argument('--wordnet', default='/usr/share/wordnet/data.noun')
    parser.add_argument('--cache', default='cache', help='folder for decoded pictures')
    parser.add_argument('--photos', help='folder of photographs, to count how many crops find themselves (never trained on)')
    parser.add_argument('--scenes', nargs='+', help='folders of sample sets to learn from; may be given when training goes on')
    parser.add_argument('--scenes-val', help='folder of a sample set with judged queries')
    parser.add_argument('--out', required=True)
    parser.add_argument('--init', help='checkpoint whose weights to start from')
    parser.add_argument('--minutes', type=float, default=100, help='length of the schedule, all runs together')
    parser.add_argument('--pictures', type=int, default=120, help='pictures with class names a step; each gives two views')
    parser.add_argument('--drawn', type=int, default=96, help='scenes a step, where there are any')
    parser.add_argument('--parts', type=int, default=64, help='scenes of which a part is seen too')
    parser.add_argument('--things', type=int, default=32, help='scenes of which one thing is cut out')
    parser.add_argument('--least-part', type=float, default=0.12, help='smallest share of a scene that a part shows')
    parser.add_argument('--rate', type=float, default=1.5e-3, help='highest learning rate')
    parser.add_argument('--figures-minutes', type=float, default=15, help='time between two evaluations')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--threads', default='1', help='a number, or a file holding one, which is read again as training goes')
    return parser.parse_args()


class Average:
    """An exponential moving average of the towers' weights: what is evaluated and exported."""

    def __init__(self, modules, most=0.998):
        self.modules, self.copies, self.most, self.steps = modules, [copy.deepcopy(m).eval() for m in modules], most, 0

    @torch.no_grad()
    def update(self):
        keep = min(self.most, (1 + self.steps) / (20 + self.steps))
        self.steps += 1
        for module, average in zip(self.modules, self.copies):
            for new, old in zip(module.state_dict().values(), average.state_dict().values()):
                if old.dtype.is_floating_point:
                    old.lerp_(new, 1 - keep)
                else:
                    old.copy_(new)


class ClassSampler:
    """Batches that hold each class twice: same_class_loss needs a pair. Every picture comes up before one comes again."""

    def __init__(self, labels):
        self.of_class = [torch.nonzero(labels == c).flatten() for c in labels.unique()]
        self.weights = torch.tensor([float(len(m)) for m in self.of_class])
        self.queues = [[] for _ in self.of_class]

    def batch(self, n):
        chosen = []
        for c in torch.multinomial(self.weights, n // 2).tolist():
            if len(self.queues[c]) < 2:
                self.queues[c] = self.of_class[c][torch.randperm(len(self.of_class[c]))].tolist()
            chosen += [self.queues[c].pop(), self.queues[c].pop()]
        return torch.tensor(chosen)


def embed_texts(tower, tokenizer, texts, chunk=96):
    """Unit vectors of texts, [n, 256], in their order; texts of like length go together, so that little is spent on padding."""
    order = sorted(range(len(texts)), key=lambda i: len(tokenizer.encode(texts[i])))
    parts = [tower(tokenizer([texts[i] for i in order[at:at + chunk]])) for at in range(0, len(order), chunk)]
    return torch.cat(parts)[torch.tensor(order).argsort()]


class Trainer:
    def __init__(self, options):
        torch.manual_seed(options.seed)
        self.options = options
        self.tokenizer = Tokenizer(options.vocabulary)
        nouns = Nouns(options.wordnet)
        self.classes, self.glosses = Classes(f'{options.data}/classes.json', nouns), nouns.glosses()
        self.named = load_archives(options.data, 'train', self.classes, options.cache)
        self.tiny = load_archives(options.data, 'tiny-imagenet-val', self.classes, options.cache)
        self.caltech = load_archives(options.data, 'caltech-101-val', self.classes, options.cache)
        self.sampler = ClassSampler(self.named.labels)
        self.drawn = Scenes(options.scenes, options.cache) if options.scenes else None
        self.things = Things(options.scenes, options.cache) if options.scenes else None
        self.drawn_val = Scenes([options.scenes_val], options.cache) if options.scenes_val else None
        self.picture_tower = PictureTower().to(memory_format=torch.channels_last)
        self.text_tower = TextTower(len(self.tokenizer), self.tokenizer.padding)
        self.temperatures = losses.Temperatures()
        self.modules = [self.picture_tower, self.text_tower, self.temperatures]
        parameters = [p for m in self.modules for p in m.parameters()]
        self.optimizer = torch.optim.AdamW([
            {'params': [p for p in parameters if p.ndim > 1], 'weight_decay': 0.05},
            {'params': [p for p in parameters if p.ndim <= 1], 'weight_decay': 0.0}], lr=options.rate, betas=(0.9, 0.98))
        self.parameters, self.steps, self.minutes = parameters, 0, 0.0
        if options.init:
            weights = torch.load(options.init)['average']
            self.picture_tower.load_state_dict(weights[0])
            self.text_tower.load_state_dict(weights[1])
            if len(weights) > 2:
                self.temperatures.load_state_dict(weights[2], strict=False)     # a checkpoint may know fewer losses
        self.average = Average(self.modules)

    def save(self):
        state = {'modules': [m.state_dict() for m in self.modules], 'average': [m.state_dict() for m in self.average.copies],
                 'optimizer': self.optimizer.state_dict(), 'steps': self.steps, 'averaged': self.average.steps, 'minutes': self.minutes}
        path = f'{self.options.out}/checkpoint.pt'
        torch.save(state, path + '.part')
        os.replace(path + '.part', path)

    def resume(self):
        path = f'{self.options.out}/checkpoint.pt'
        if os.path.exists(path):
            state = torch.load(path)
            for module, weights in zip(self.modules + self.average.copies, state['modules'] + state['average']):
                module.load_state_dict(weights)
            self.optimizer.load_state_dict(state['optimizer'])
            self.steps, self.average.steps, self.minutes = state['steps'], state['averaged'], state['minutes']
            print(f'resumed at step {self.steps}, minute {self.minutes:.1f}', flush=True)

    def named_texts(self):
        """Each class name once, in a random synonym and template, then 64 wider terms; the terms' numbers."""
        terms = torch.randperm(len(self.classes.wider_names))[:64]
        spoken = [random.choice(n) for n in self.classes.names] + [random.choice(self.classes.wider_names[j]) for j in terms]
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
        return whole, part[:self.options.parts], things, [text for text, _ in captions], matches, shown, resemblance(scenes)

    def loss(self):
        """The loss of one step and its parts, by name."""
        chosen = self.sampler.batch(self.options.pictures)
        labels = self.named.labels[chosen]
        whole, part, _ = two_views(self.named.pixels[chosen])
        named_texts, terms = self.named_texts()
        glosses = random.sample(self.glosses, 48 if self.steps % 2 == 0 else 0)
        pictures, texts = [whole, part], [named_texts, [random.choice(lemmas) for lemmas, _ in glosses], [g for _, g in glosses]]
        if self.drawn:
            drawn_whole, drawn_part, things, captions, matches, shown, alike = self.drawn_batch()
            pictures, texts = pictures + [drawn_whole, drawn_part, things], texts + [captions]
        with torch.cpu.amp.autocast(enabled=HAS_BFLOAT16, dtype=torch.bfloat16):
            vectors, _ = self.picture_tower(normalise_pixels(torch.cat(pictures)).contiguous(memory_format=torch.channels_last))
            vectors = vectors.split([len(p) for p in pictures])
            words = embed_texts(self.text_tower, self.tokenizer, sum(texts, [])).split([len(t) for t in texts])
        names, wider = words[0].split([len(self.classes), len(terms)])
        named, twice = torch.cat(vectors[:2]), labels.repeat(2)
        parts = {
            'names': losses.names_loss(named, names, twice, self.temperatures),
            'wider': 0.3 * losses.wider_loss(named, wider, self.classes.is_a[twice][:, terms], self.temperatures),
            'class': 0.5 * losses.same_class_loss(named, twice),
        }
        if glosses:
            parts['glosses'] = 0.4 * losses.pairs_loss(words[1], words[2], self.temperatures.glosses)
        wholes, cuts = vectors[0], vectors[1]
        if self.drawn:
            parts['captions'] = 1.5 * losses.matches_loss(vectors[2], words[3], matches, self.temperatures.captions)
            parts['things'] = losses.matches_loss(vectors[2], vectors[4], shown, self.temperatures.things)
            parts['scenes'] = 0.5 * losses.resemblance_loss(vectors[2], alike)
            each = torch.arange(len(vectors[3])) + len(self.classes)        # every scene is a class of its own
            wholes, cuts, labels = torch.cat([wholes, vectors[2][:len(each)]]), torch.cat([cuts, vectors[3]]), torch.cat([labels, each])
        parts['views'] = 0.5 * losses.views_loss(wholes, cuts, labels, self.temperatures)
        return sum(parts.values()), parts

    def step(self, progress):
        warm = min(1.0, (self.average.steps + 1) / 200)
        for group in self.optimizer.param_groups:
            group['lr'] = self.options.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))
        loss, parts = self.loss()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 5.0)
        self.optimizer.step()
        self.average.update()
        self.steps += 1
        return {k: v.item() for k, v in parts.items()}

    def evaluate(self):
        picture_tower, text_tower, _ = self.average.copies
        with torch.cpu.amp.autocast(enabled=HAS_BFLOAT16, dtype=torch.bfloat16):
            figures = evaluate_names(picture_tower, text_tower, self.tokenizer, self.classes, self.tiny, self.caltech)
            if self.options.photos:
                figures['photos'] = evaluate_copies(picture_tower, self.options.photos)
            if self.drawn_val:
                figures['scenes'] = evaluate_scenes(picture_tower, text_tower, self.tokenizer, self.drawn_val, self.options.scenes_val)
        return figures

    def run(self):
        options, last_save, last_figures, sums = self.options, time.time(), time.time(), {}
        before, mark = self.minutes, time.time()
        while self.minutes < options.minutes:
            if self.steps % 20 == 0:
                torch.set_num_threads(int(open(options.threads).read() if os.path.exists(options.threads) else options.threads))
            for name, value in self.step(self.minutes / options.minutes).items():
                sums.setdefault(name, []).append(value)
            self.minutes = before + (time.time() - mark) / 60
            if self.steps % 50 == 0:
                print(f'{time.strftime("%H:%M:%S")} minute {self.minutes:.1f} step {self.steps}',
                      ' '.join(f'{k} {np.mean(v):.3f}' for k, v in sums.items()), flush=True)
                sums = {}
            if time.time() - last_save > 180:
                self.save()
                last_save = time.time()
            if time.time() - last_figures > 60 * options.figures_minutes:
                print(json.dumps(self.evaluate()), flush=True)
                last_figures = time.time()
        self.save()
        print(json.dumps(self.evaluate()), flush=True)


def main():
    options = parse_arguments()
    os.makedirs(options.out, exist_ok=True)
    trainer = Trainer(options)
    trainer.resume()
    random.seed(options.seed + trainer.steps)       # another order after a restart, or the first pictures would be seen again
    torch.manual_seed(options.seed + trainer.steps)
    trainer.run()


if __name__ == '__main__':
    main()
