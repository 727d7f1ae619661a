"""The tokenizer of OpenAI's CLIP, with a vocabulary of our own (vocabulary.py learns it).

Lower-case, white space made single, split by the pattern below, each word's UTF-8 bytes written as printable characters,
`</w>` after the last, then the pairs listed in merges.txt joined, the earliest listed first.
"""
import json

import regex
import torch

from towers import MAX_TOKENS

PATTERN = regex.compile(
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE)
START, END, PADDING = '<|startoftext|>', '<|endoftext|>', '<|padding|>'


def byte_characters():
    """A printable character for each of the 256 bytes: itself where it is printable, else one from U+0100 on."""
    printable = [*range(ord('!'), ord('~') + 1), *range(ord('¡'), ord('¬') + 1), *range(ord('®'), ord('ÿ') + 1)]
    others = [b for b in range(256) if b not in printable]
    return {**{b: chr(b) for b in printable}, **{b: chr(256 + i) for i, b in enumerate(others)}}


def words(text):
    """The words of a text, as the pattern splits it."""
    return PATTERN.findall(' '.join(text.split()).lower())


class Tokenizer:
    def __init__(self, folder):
        """Reads vocab.json and merges.txt of a folder."""
        with open(f'{folder}/vocab.json', encoding='utf-8') as file:
            self.ids = json.load(file)
        with open(f'{folder}/merges.txt', encoding='utf-8') as file:
            self.rank = {tuple(line.split()): i for i, line in enumerate(file.read().splitlines()[1:])}
        self.characters = byte_characters()
        self.start, self.end, self.padding = self.ids[START], self.ids[END], self.ids[PADDING]
        self.known = {START: [self.start], END: [self.end]}     # words met before and their ids

    def __len__(self):
        return len(self.ids)

    def word(self, word):
        """The ids of one word."""
        if word not in self.known:
            parts = [self.characters[b] for b in word.encode()]
            parts[-1] += '</w>'
            while len(parts) > 1:
                pair = min(zip(parts, parts[1:]), key=lambda p: self.rank.get(p, len(self.rank)))
                if pair not in self.rank:
                    break
                joined, i = [], 0
                while i < len(parts):
                    both = tuple(parts[i:i + 2]) == pair
                    joined.append(''.join(pair) if both else parts[i])
                    i += 2 if both else 1
                parts = joined
            self.known[word] = [self.ids[p] for p in parts]
        return self.known[word]

    def encode(self, text):
        """Ids of a text with its start and end marks; a long text is cut so that the end mark stays."""
        return [self.start, *[i for w in words(text) for i in self.word(w)][:MAX_TOKENS - 2], self.end]

    def __call__(self, texts):
        """Ids of several texts, [n, longest], padded at the end."""
        rows = [self.encode(t) for t in texts]
        out = torch.full((len(rows), max(map(len, rows))), self.padding, dtype=torch.long)
        for i, row in enumerate(rows):
            out[i, :len(row)] = torch.tensor(row)
        return out
