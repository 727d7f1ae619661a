"""WordNet's nouns, read from its own files: what a word means, and what it is a kind of."""
import os


TOO_GENERAL = {'object', 'whole', 'physical entity', 'entity', 'abstraction', 'matter', 'artifact', 'substance', 'solid'}


class Nouns:
    def __init__(self, path='/usr/share/wordnet/data.noun'):
        """Reads data.noun and, beside it, index.noun, where a word's commonest meaning comes first."""
        self.synonyms, self.gloss, self.parents, self.meanings = {}, {}, {}, {}
        with open(path, encoding='utf-8') as file:
            for line in file:
                if line.startswith('  '):       # the licence, at the head of the file
                    continue
                left, gloss = line.split('|', 1)
                fields = left.split()
                number, words = fields[0], int(fields[3], 16)
                self.synonyms[number] = [fields[4 + 2 * i].replace('_', ' ') for i in range(words)]
                self.gloss[number] = gloss.strip()
                pointers = fields[4 + 2 * words:]
                self.parents[number] = [pointers[i + 1] for i, sign in enumerate(pointers) if sign in ('@', '@i')]
        with open(os.path.join(os.path.dirname(path), 'index.noun'), encoding='utf-8') as file:
            for line in file:
                if not line.startswith('  '):
                    fields = line.split()
                    self.meanings[fields[0].replace('_', ' ')] = fields[-int(fields[2]):]

    def glosses(self):
        """All meanings as (synonyms, gloss up to its first semicolon)."""
        return [(words, self.gloss[n].split(';')[0]) for n, words in self.synonyms.items()]

    def wider(self, number):
        """The synonyms of each wider term, nearest first, along the first parent; the most general ones are left out."""
        chain = []
        while self.parents[number]:
            number = self.parents[number][0]
            chain.append(self.synonyms[number])
        return [c for c in chain if c[0] not in TOO_GENERAL]

    def visible_meaning(self, word):
        """The commonest meaning of a word that is an animal, else one that is a thing, a plant or food; None where there is none.

        A picture called "beaver" shows the animal, though the dictionary's first meaning is its fur.
        """
        chains = [(m, {c for words in [self.synonyms[m], *self.wider(m)] for c in words}) for m in self.meanings.get(word.lower(), [])]
        for wanted in ({'animal'}, {'instrumentality', 'structure', 'covering', 'plant', 'food', 'vehicle'}):
            for meaning, chain in chains:
                if chain & wanted:
                    return meaning
        return None
