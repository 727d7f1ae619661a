"""Drawn scenes (`vsearch samples make`), captions composed from what they show, and of which other scenes a caption is true.

A scene is, for each of up to four groups of things, its kind, colour, count, size and category, and for the whole its
background, style, what falls, and where things stand. A caption is words and the *claims* that these words make, in
the same terms; what it leaves out is None. So `judge` can say how true every caption is of every scene.
"""
import collections
import json
import os
import random

import numpy as np
import torch
from PIL import Image

from data import cached, squash

MOST_GROUPS = 4
SIZES = {'small': ['small', 'little', 'tiny'], 'medium': [], 'big': ['big', 'large', 'huge']}
NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five']
COLOURS = {'gray': ['gray', 'gray', 'grey'], 'purple': ['purple', 'purple', 'violet']}
KINDS = {   # a kind's own name comes first and is said most
    'airplane': ['plane', 'aeroplane'], 'bicycle': ['bike'], 'sofa': ['couch'], 'gift': ['present'], 'rabbit': ['bunny'], 'pine': ['pine tree'],
    'palm': ['palm tree'], 'car': ['automobile'], 'truck': ['lorry'], 'boat': ['sailing boat', 'sailboat'], 'cup': ['mug'], 'ball': ['beach ball'],
    'house': ['home'], 'mushroom': ['toadstool'], 'balloon': ['hot air balloon'], 'tree': ['leafy tree'], 'dog': ['puppy'], 'cat': ['kitten'],
    'clock': ['wall clock'], 'helicopter': ['chopper'], 'lightning': ['lightning'], 'rain cloud': ['rainy cloud'], 'skyscraper': ['tower block'],
}
SINGULAR = {'grapes': 'bunch of grapes', 'lightning': 'lightning bolt'}
PLURAL = {'fish': 'fish', 'bookshelf': 'bookshelves', 'bunch of grapes': 'bunches of grapes', 'lightning': 'lightning'}
KIND_OF = {'pine': 'tree', 'palm': 'tree', 'rain cloud': 'cloud'}      # called so too
CATEGORIES = {'animal', 'vehicle', 'building', 'plant', 'food', 'furniture'}     # those that people search by
BACKGROUNDS = {
    'meadow': ['in a meadow', 'in a green meadow', 'on the grass', 'on a green field', 'meadow'],
    'sea': ['on the sea', 'at sea', 'on the water', 'on the ocean', 'sea'], 'desert': ['in the desert', 'on the sand in the desert', 'desert'],
    'city': ['in the city', 'in a city', 'in front of city buildings', 'in town', 'city'], 'forest': ['in a forest', 'in the woods', 'among trees', 'forest'],
    'room': ['in a room', 'indoors', 'inside a room', 'room'], 'night': ['at night', 'in the dark', 'under the night sky', 'night'],
    'snow': ['in a snowy field', 'in the snow', 'on snow', 'in winter', 'snow'],
    'mountains': ['in the mountains', 'in front of mountains', 'with mountains behind', 'mountains'],
    'road': ['on a road', 'on the road', 'on a street', 'road'], 'beach': ['at the beach', 'on a beach', 'on the shore', 'beach'],
    'plain': ['on a plain background', 'on a simple background', 'plain background'],
}
STYLES = {
    'flat': ['{}, flat illustration', 'a flat illustration of {}'], 'pencil': ['{}, pencil drawing', 'a pencil drawing of {}', 'a pencil sketch of {}'],
    'cartoon': ['{}, cartoon with black outlines', 'a cartoon of {} with black outlines', 'a cartoon of {}'],
    'shaded': ['{}, soft shading', '{} with soft shading', 'a softly shaded picture of {}'],
    'pastel': ['{}, pastel colors', '{} in pastel colors', '{} in pastel colours'], 'silhouette': ['{}, silhouette', 'a silhouette of {}', 'silhouette of {}'],
    'chalk': ['{}, chalk on a blackboard', '{} in chalk on a blackboard', 'a chalk drawing of {} on a blackboard'],
    'paper': ['{}, paper cutout', 'a paper cutout of {}', '{} cut from paper'],
}
FALLING = {'rain': ['in the rain', 'on a rainy day', 'with rain falling', 'rain'], 'snow': ['in falling snow', 'while it snows', 'with snow falling']}
PLACES = {'left': ['on the left', 'on the left side'], 'right': ['on the right', 'on the right side']}
TOGETHER = ['and', 'and', 'and', 'with', 'beside', 'next to']
RELATIONS = {'to the left of': ['to the left of', 'left of'], 'to the right of': ['to the right of', 'right of'],
             'above': ['above', 'over'], 'below': ['below', 'under', 'beneath']}
MIRRORED = {'left': 'right', 'right': 'left', 'to the left of': 'to the right of', 'to the right of': 'to the left of'}
OPPOSITE = {**MIRRORED, 'above': 'below', 'below': 'above'}
BEGINNINGS = ['', '', '', '', '', 'a picture of ', 'a scene with ', 'a drawing of ', 'an image of ', 'picture showing ']

Group = collections.namedtuple('Group', 'kind colour count size category sky')
Scene = collections.namedtuple('Scene', 'groups background background_colour style falling place relation')
Claims = collections.namedtuple('Claims', 'groups background background_colour style falling place relation first')


class Scenes:
    """The pictures of sample sets, uint8 [n, 3, 64, 64], their files and what they show."""

    def __init__(self, folders, cache):
        self.files, self.scenes, pixels = [], [], []
        for folder in folders:
            with open(f'{folder}/pictures/metadata.jsonl', encoding='utf-8') as file:
                records = [json.loads(line) for line in file]
            files = ['pictures/' + r['file'] for r in records]

            def decode():
                return {'pixels': np.stack([squash(Image.open(os.path.join(folder, f))) for f in files]).transpose(0, 3, 1, 2)}
            pixels.append(torch.from_numpy(cached(cache, f'{os.path.basename(os.path.normpath(folder))}-{len(files)}', decode)['pixels']))
            category = {r['thing']: r['group'] for r in records}
            self.scenes += [read_scene(r, category) for r in records]
            self.files += files
        self.pixels = torch.cat(pixels)
        self.of_kind = collections.defaultdict(list)
        for i, scene in enumerate(self.scenes):
            for group in scene.groups:
                self.of_kind[group.kind].append(i)
        self.kinds = list(self.of_kind)

    def __len__(self):
        return len(self.scenes)

    def batch(self, n):
        """Numbers of n scenes: half by lot, half in runs of eight that share a kind of thing, so that details must tell them apart."""
        chosen = set()
        while len(chosen) < n // 2:
            chosen.update(random.choices(self.of_kind[random.choice(self.kinds)], k=8))
        while len(chosen) < n:
            chosen.add(random.randrange(len(self)))
        return list(chosen)[:n]


def read_scene(record, category):
    """A line of metadata.jsonl as a Scene."""
    groups = []
    for text in record['objects'].split(';'):
        kind, colour, count, size, *sky = text.split(':')
        told = record['style'] != 'silhouette' and colour != 'rainbow'
        groups.append(Group(kind, colour if told else None, int(count), size, category.get(kind), bool(sky)))
    return Scene(tuple(groups[:MOST_GROUPS]), record['background'], record.get('backgroundColor'), record['style'], record.get('falling'),
                 record.get('place'), record.get('relation'))


def mirror(scene):
    """The scene as it is when the picture is flipped left to right."""
    return scene._replace(place=MIRRORED.get(scene.place, scene.place), relation=MIRRORED.get(scene.relation, scene.relation))


def chance(probability):
    return random.random() < probability


def pluralise(noun):
    if noun in PLURAL:
        return PLURAL[noun]
    if noun.endswith('y') and noun[-2] not in 'aeiou':
        return noun[:-1] + 'ies'
    return noun + ('es' if noun.endswith(('s', 'ch', 'sh', 'x')) else 's')


def with_article(phrase):
    return ('an ' if phrase[0] in 'aeiou' else 'a ') + phrase


def describe(group, detail):
    """Words for a group and the claims they make; `detail` is the chance that each property is told."""
    by_category = group.category in CATEGORIES and chance(0.06)
    noun = group.category if by_category else group.kind
    if not by_category and group.kind in KINDS and chance(0.2):
        noun = random.choice(KINDS[group.kind])
    noun = SINGULAR.get(noun, noun)
    colour = group.colour if group.colour and chance(0.25 + 0.75 * detail) else None
    size = group.size if SIZES[group.size] and not group.sky and chance(0.6 * detail) else None
    count = group.count if chance(0.4 + 0.6 * detail) else None
    adjectives = ([random.choice(SIZES[size])] if size else []) + ([random.choice(COLOURS.get(colour, [colour]))] if colour else [])
    many = group.count > 1 and not chance(0.25)     # "a boat" is true of three boats too
    mass = noun in ('food', 'furniture', 'lightning')
    noun = pluralise(noun) if many and not mass else noun
    after = ''
    if adjectives and chance(0.08):
        after, adjectives = (' that are ' if many else ' that is ') + ' and '.join(adjectives), []
    phrase = ' '.join([*adjectives, noun]) + after
    if count and many and not mass:
        phrase = (NUMBERS[count] if chance(0.8) else str(count)) + ' ' + phrase
    elif count == 1 and not mass and chance(0.1):
        phrase = 'one ' + phrase
    else:
        phrase, count = with_article(phrase) if not many and not mass and chance(0.85) else phrase, None
    return phrase, Group(None if by_category else group.kind, colour, count, size, group.category if by_category else None, group.sky)


def compose(scene, detail):
    """A caption of a scene: (text, Claims). `detail`, 0 to 1, is how much it tells; left out is never denied."""
    subjects, sky = [g for g in scene.groups if not g.sky], [g for g in scene.groups if g.sky]
    told = subjects if chance(0.3 + 0.7 * detail) else [random.choice(subjects)]
    only_around = chance(0.13)      # of the surroundings alone
    words, groups, relation, first, place = [], [], None, None, None
    if not only_around:
        described = [describe(g, detail) for g in told]
        if len(told) == 2 and scene.relation in OPPOSITE and chance(0.7):
            relation, first = scene.relation, told[0].kind
            if chance(0.3):
                relation, first, described = OPPOSITE[relation], told[1].kind, described[::-1]
            words.append(f'{described[0][0]} {random.choice(RELATIONS[relation])} {described[1][0]}')
        else:
            random.shuffle(described)
            phrases = [text for text, _ in described]
            words.append(f' {random.choice(TOGETHER)} '.join([', '.join(phrases[:-1]), phrases[-1]]) if len(phrases) > 1 else phrases[0])
            if len(subjects) == 1 and scene.place in PLACES and chance(0.6 * detail):
                place = scene.place
                words.append(random.choice(PLACES[place]))
        if sky and chance(0.2 + 0.7 * detail):
            text, claims = describe(sky[0], detail)
            words.append(random.choice(['under', 'under', 'and', 'with', 'below']) + ' ' + text)
            described.append((text, claims))
        groups = [claims for _, claims in described]
    elif sky and chance(0.6):
        text, claims = describe(sky[0], 0.7)
        words.append(text)
        groups.append(claims)
    falling = scene.falling if scene.falling and chance(0.3 + 0.6 * detail) else None
    if falling:
        words.append(random.choice(FALLING[falling]))
    background = scene.background if chance(0.15 + 0.65 * detail) or not words else None
    background_colour = scene.background_colour if background and chance(0.7) else None
    if background_colour:
        words.append(f'on a {random.choice(["plain ", "plain ", ""])}{random.choice(COLOURS.get(background_colour, [background_colour]))} background')
    elif background:
        words.append(random.choice(BACKGROUNDS[background][:-1] if groups else BACKGROUNDS[background]))
    style = scene.style if chance(0.1 + 0.5 * detail) else None
    text = ' '.join(words)
    if style:
        text = random.choice(STYLES[style]).format(text)
    elif groups and not only_around:
        text = random.choice(BEGINNINGS) + text
    return text, Claims(tuple(groups), background, background_colour, style, falling, place, relation, first)


class Numbering:
    """Words to numbers, so that claims and scenes can be compared as arrays; None is -1."""

    def __init__(self):
        self.numbers = {None: -1}

    def __call__(self, word):
        return self.numbers.setdefault(word, len(self.numbers))


def judge(scenes, claims):
    """How true each caption is of each scene, graded 0 to 3 as the judged queries of a sample set are: int64 [scenes, captions].

    3: all that is said is so. 2: every thing is there, but one statement fails (a colour, a number, the background). 1: the thing
    named first is there, but another is missing or more statements fail. 0: it is not there. A caption of the surroundings alone
    has 3 if all is so and 1 if one of several statements fails.
    """
    number = Numbering()

    def array(groups_of, absent):
        rows = [[(number(g.kind), number(KIND_OF.get(g.kind, g.kind)), number(g.category), number(g.colour), g.count or -1, number(g.size))
                 for g in groups] for groups in groups_of]
        return np.array([r + [(absent,) * 6] * (MOST_GROUPS - len(r)) for r in rows])

    shown = array([s.groups for s in scenes], -2)[:, None, None, :, :]                  # [scenes, 1, 1, groups, 6]
    said = array([c.groups[:MOST_GROUPS] for c in claims], -3)[None, :, :, None, :]      # [1, captions, claims, 1, 6]
    wrong = (said != -1) & (shown != said)                                              # [scenes, captions, claims, groups, 6]
    other_kind = wrong[..., 0] & (said[..., 0] != shown[..., 1])                        # a pine is a tree, but no tree is a pine
    failed = np.where(other_kind | wrong[..., 2], 9, wrong[..., 3:].sum(-1)).min(-1)                   # [scenes, captions, claims]; 9: not there
    failed = np.where(said[..., 0, 0] == -3, 0, failed)
    missing, failed = failed == 9, np.where(failed == 9, 0, failed).sum(-1)
    stated = np.zeros(failed.shape, int)
    for field in ('background', 'background_colour', 'style', 'falling', 'place'):
        want = np.array([number(getattr(c, field)) for c in claims])[None, :]
        have = np.array([number(getattr(s, field)) for s in scenes])[:, None]
        failed, stated = failed + ((want != -1) & (want != have)), stated + (want != -1)
    relation, first = (np.array([number(getattr(c, f)) for c in claims])[None, :] for f in ('relation', 'first'))
    so = relation == -1
    for turn, which in ((lambda r: r, 0), (OPPOSITE.get, 1)):       # told from either side
        have = np.array([number(turn(s.relation)) for s in scenes])[:, None]
        kind = np.array([number(s.groups[which].kind if len(s.groups) > which else None) for s in scenes])[:, None]
        so = so | ((have == relation) & (kind == first))
    failed = failed + ~so
    has_things = np.array([bool(c.groups) for c in claims])[None, :]
    with_things = np.where(missing[..., 0], 0, np.where(missing.any(-1) | (failed > 1), 1, 3 - failed))
    without = np.where(failed == 0, 3, np.where((failed == 1) & (stated > 1), 1, 0))
    return torch.from_numpy(np.where(has_things, with_things, without))


def resemblance(scenes):
    """How much two scenes show the same things, 0 to 1: float [scenes, scenes], symmetric.

    Of each thing its best counterpart counts: 0.4 for the kind, 0.4 more for its colour, 0.2 more for the count.
    """
    number = Numbering()
    rows = [[(number(g.kind), number(g.colour) if g.colour else -1 - i, g.count) for g in s.groups] for i, s in enumerate(scenes)]
    absent = np.array([[len(r) <= j for j in range(MOST_GROUPS)] for r in rows])
    groups = np.array([r + [(-9 - i, -9 - i, -9 - i)] * (MOST_GROUPS - len(r)) for i, r in enumerate(rows)])
    same = groups[:, None, :, None, :] == groups[None, :, None, :, :]                        # [scenes, scenes, groups, groups, 3]
    alike = (same[..., 0] * (0.4 + 0.4 * same[..., 1] + 0.2 * same[..., 2])).max(-1)           # [scenes, scenes, groups]
    alike = np.where(absent[:, None, :], 0, alike).sum(-1) / (~absent).sum(-1)[:, None]
    return torch.from_numpy((alike + alike.T) / 2).float()


def as_targets(grades):
    """Grades to weights for matches_loss: nearly all to what is wholly true."""
    return torch.tensor([0.0, 0.03, 0.2, 1.0])[grades]


def read_judgements(folder):
    """The queries of a sample set with their grades: [(query, {file: grade})]; a query has `kind`, and `text` or `picture` and `crop`."""
    grades = collections.defaultdict(dict)
    with open(f'{folder}/qrels.txt', encoding='utf-8') as file:
        for line in file:
            query, _, document, grade = line.split()
            grades[query][document] = int(grade)
    with open(f'{folder}/queries.jsonl', encoding='utf-8') as file:
        queries = [json.loads(line) for line in file]
    return [(q, grades[q['id']]) for q in queries]
