"""Trains two small SentencePiece models on our own sentences and writes what the original gives for some texts.

    apt install python3-sentencepiece
    python3 make_fixtures.py

plain.model   unigram, a handful of rules for characters, unknown pieces
bytes.model   unigram, no rules, spaces kept, byte fallback
*.jsonl       {"text": …, "ids": […]} by SentencePieceProcessor.encode
"""
import itertools
import json
import os
import random

import sentencepiece

# The models hold the names of the files that they were made from and of, so those are given without a path.
os.chdir(os.path.dirname(os.path.abspath(__file__)))

# source (code points) → target; a longer source goes before a shorter one.
RULES = [('ﬁ', 'fi'), ('①', '1'), ('　', ' '), ('\t', ' '), ('\n', ' '), ('Å', 'Å'), ('A\u030a', 'Å'), ('™', 'TM'), ('½', '1/2'),
         *[(chr(0xFF21 + i), chr(0x41 + i)) for i in range(26)]]

THINGS = 'boat cat dog bird fish house barn castle tree flower cactus train car bicycle balloon moon sun star cloud clock'.split()
COLOURS = 'red blue green yellow orange pink purple brown gray white black'.split()
PLACES = ['under a big moon', 'to the left of a castle', 'in a forest', 'at night', 'on a blackboard', 'near the sea']
OTHERS = ['Zwei rote Boote unter einer gelben Sonne.', 'Ein Café an der Straße, drei Bäume daneben.', 'Deux bateaux rouges près du château.',
          'Три синие рыбы в лесу.', 'Красная лодка под луной.', '森の中の赤い船。', '二つの青い鳥。', '夜空中的三颗星。', 'Δύο κόκκινες βάρκες.', 'El perro blanco duerme.']

TEXTS = ['', ' ', 'a', 'a red boat', 'two red boats under a big moon', '  two   red\tboats \n', 'A RED BOAT!', 'ＲＥＤ　ＢＯＡＴ', 'ﬁsh ①', '½™', 'A\u030angstro\u0308m Å',
         'redboat', 'unbelievable catamaran', 'Ein Café an der Straße', 'Три рыбы', '森の赤い船', '三颗星', '🚗 a red car 🚙', '🚗🚙🚗', 'x🚗y', 'مرحبا بالعالم', '▁▁', 'a▁b',
         'a red boat. a blue boat, a green boat; a cat?', '0123456789', '</s><s><unk>', 'e\u0301', 'ñandú', 'ΔΥΟ', 'don\'t', 'a' * 60, 'the ' * 12,
         'mixed 森 and лес and 🌲', '\u200bzero\u200bwidth\u200b', '\u0000nul', 'tail space ', ' head space', 'two  spaces', 'ends with unknown 🚗', '🚗 begins']


def corpus():
    generator = random.Random(7)
    for number, (colour, thing, place) in enumerate(itertools.product(COLOURS, THINGS, PLACES)):
        yield generator.choice([f'a {colour} {thing} {place}', f'two {colour} {thing}s {place}', f'A {colour} {thing}, {place}.'])
        yield OTHERS[number % len(OTHERS)]


def train(name, **options):
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(list(corpus())), model_prefix=name, model_type='unigram', character_coverage=1.0, num_threads=1,
        minloglevel=2, **options)
    os.remove(f'{name}.vocab')
    write(name)


def write(name, texts=TEXTS):
    model = sentencepiece.SentencePieceProcessor(model_file=f'{name}.model')
    with open(f'{name}.jsonl', 'w', encoding='utf-8') as file:
        for text in texts:
            file.write(json.dumps({'text': text, 'ids': model.encode(text)}, ensure_ascii=False) + '\n')


def main():
    rules = 'rules.tsv'
    with open(rules, 'w', encoding='utf-8') as file:
        for source, target in RULES:
            file.write(' '.join(f'{ord(c):X}' for c in source) + '\t' + ' '.join(f'{ord(c):X}' for c in target) + '\n')
    train('plain', vocab_size=180, normalization_rule_tsv=rules)
    os.remove(rules)
    train('bytes', vocab_size=430, byte_fallback=True, normalization_rule_name='identity', remove_extra_whitespaces=False)


if __name__ == '__main__':
    main()
