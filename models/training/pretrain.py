"""First stage: the picture tower alone learns the class names, before there are two towers to pay for.

    python3 pretrain.py --data DATA --vocabulary ../default --out out --minutes 60 [--init-texts CHECKPOINT]
    python3 train.py --init out/pretrained.pt …

Names are plain vectors here, one a class, learnt with the tower; with --init-texts they start where a text tower puts them, so that
it need not learn them anew. A step of one small view a picture costs a tenth of one of train.py's, and most of what a tower must
learn (edges, textures, parts) does not depend on how names are written.
"""
import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F

import losses
from augment import crop, recolour, shrink
from data import Classes, ClassSampler, load_archives, only
from evaluate import TEMPLATES, embed_pictures
from loop import HAS_BFLOAT16, Loop, add_arguments
from tokenizer import Tokenizer
from towers import DIMENSION, PictureTower, TextTower, normalise_pixels
from wordnet import Nouns

SIZES = ((0.6, 32), (0.85, 40), (1.0, 52))      # until which share of the schedule pictures have so many pixels a side


class Names(nn.Module):
    """One vector a class, and one a wider term."""

    def __init__(self, names, terms):
        super().__init__()
        self.names, self.terms = nn.Parameter(names), nn.Parameter(terms)

    def forward(self):
        return F.normalize(self.names, dim=-1), F.normalize(self.terms, dim=-1)


@torch.no_grad()
def spoken(tower, tokenizer, synonyms):
    """Where a text tower puts each concept: the mean over its synonyms, written in four ways."""
    return torch.stack([F.normalize(tower(tokenizer([t.format(n) for t in TEMPLATES[:4] for n in names[:4]])).mean(0), dim=-1) for names in synonyms])


class Pretrainer(Loop):
    checkpoint = 'pretrained.pt'

    def __init__(self, options):
        torch.manual_seed(options.seed)
        self.options, tokenizer = options, Tokenizer(options.vocabulary)
        self.classes = Classes(f'{options.data}/classes.json', Nouns(options.wordnet))
        self.named = only(load_archives(options.data, 'train', self.classes, options.cache), self.classes.seen)
        self.tiny = load_archives(options.data, 'tiny-imagenet-val', self.classes, options.cache)
        self.caltech = load_archives(options.data, 'caltech-101-val', self.classes, options.cache)
        self.sampler = ClassSampler(self.named.labels)
        self.place = self.classes.places_among_seen()
        self.tower = PictureTower().to(memory_format=torch.channels_last)
        self.text_tower = TextTower(len(tokenizer), tokenizer.padding).eval()
        if options.init_texts:
            self.text_tower.load_state_dict(torch.load(options.init_texts)['average'][1])
            vectors = [spoken(self.text_tower, tokenizer, synonyms) for synonyms in (self.classes.names, self.classes.wider_names)]
        else:
            vectors = [torch.randn(n, DIMENSION) for n in (len(self.classes), len(self.classes.wider_names))]
        self.names, self.temperatures = Names(*vectors), losses.Temperatures()
        self.begin(options, [self.tower, self.names, self.temperatures], [p for p in self.tower.parameters() if p.ndim > 1])

    @property
    def size(self):
        return next(size for until, size in SIZES if self.progress <= until)

    def averages(self):
        return [self.average.copies[0].state_dict(), self.text_tower.state_dict()]

    def loss(self):
        chosen = self.sampler.batch(self.options.pictures)
        labels, pictures = self.named.labels[chosen], self.named.pixels[chosen].float() / 255
        mirrored = torch.where(torch.rand(len(pictures)) < 0.5, -1.0, 1.0)
        pictures = shrink(recolour(crop(pictures, mirrored, self.options.least_part), 0.2), self.size)
        with torch.cpu.amp.autocast(enabled=HAS_BFLOAT16, dtype=torch.bfloat16):
            vectors, _ = self.tower(normalise_pixels(pictures).contiguous(memory_format=torch.channels_last))
        names, terms = self.names()
        return {'names': losses.names_loss(vectors, names[self.classes.seen], self.place[labels], self.temperatures),
                'wider': 0.3 * losses.wider_loss(vectors, terms, self.classes.is_a[labels], self.temperatures),
                'class': 0.3 * losses.same_class_loss(vectors, labels)}

    @torch.no_grad()
    def figures(self):
        """Naming by the learnt vectors on held-out pictures."""
        tower, (names, _), shares = self.average.copies[0], self.average.copies[1](), {}
        for of, pictures in (('tiny-imagenet', self.tiny), ('caltech-101', self.caltech)):
            among, vectors = self.classes.of_source[of], embed_pictures(tower, pictures.pixels, self.size)
            shares[of] = (among[(vectors @ names[among].T).argmax(1)] == pictures.labels).float().mean().item()
        return shares


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser, minutes=60, rate=2.5e-3)
    parser.add_argument('--init-texts', help='checkpoint whose text tower names start from')
    parser.add_argument('--pictures', type=int, default=192, help='pictures a step')
    parser.add_argument('--least-part', type=float, default=0.4, help='smallest share of a picture that its view shows')
    Pretrainer(parser.parse_args()).run()


if __name__ == '__main__':
    main()
