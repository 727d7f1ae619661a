"""Learns a small byte-pair vocabulary from WordNet's nouns and their glosses, and writes vocab.json and merges.txt.

    python3 vocabulary.py /usr/share/wordnet/data.noun CLASSES.json OUT 7500
"""
import collections
import heapq
import json
import sys

from tokenizer import END, PADDING, START, byte_characters, words
from wordnet import Nouns


def count_words(wordnet, classes):
    """How often each word occurs; the words of class names count many times, so that they stay whole."""
    count = collections.Counter()
    nouns = Nouns(wordnet)
    for number, synonyms in nouns.synonyms.items():
        for text in (*synonyms, nouns.gloss[number]):
            count.update(words(text))
    for kind in classes:
        for name in kind['names']:
            count.update({w: 200 for w in words(name)})
        for synonyms in kind['hypernyms']:
            for name in synonyms:
                count.update({w: 50 for w in words(name)})
    return count


def learn(count, wanted):
    """The `wanted` most useful merges: again and again the commonest neighbouring pair, kept in a heap.

    A heap entry is stale once its pair's count has changed; it is then put back with the present count.
    """
    characters = byte_characters()
    spelt, frequency = [[characters[b] for b in w.encode()] for w in count], list(count.values())
    for parts in spelt:
        parts[-1] += '</w>'
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for i, parts in enumerate(spelt):
        for pair in zip(parts, parts[1:]):
            pairs[pair] += frequency[i]
            where[pair].add(i)
    heap = [(-n, pair) for pair, n in pairs.items()]
    heapq.heapify(heap)
    merges = []
    while heap and len(merges) < wanted:
        n, best = heapq.heappop(heap)
        if pairs[best] != -n:
            if pairs[best] > 0:
                heapq.heappush(heap, (-pairs[best], best))
            continue
        if -n < 2:
            break
        merges.append(best)
        changed = set()
        for i in list(where[best]):
            before, after, j = spelt[i], [], 0
            for pair in zip(before, before[1:]):
                pairs[pair] -= frequency[i]
            while j < len(before):
                both = tuple(before[j:j + 2]) == best
                after.append(''.join(best) if both else before[j])
                j += 2 if both else 1
            spelt[i] = after
            for pair in zip(after, after[1:]):
                pairs[pair] += frequency[i]
                where[pair].add(i)
                changed.add(pair)
        for pair in changed:
            heapq.heappush(heap, (-pairs[pair], pair))
        pairs[best] = 0
    return merges


def main(wordnet, classes, out, wanted):
    with open(classes, encoding='utf-8') as file:
        merges = learn(count_words(wordnet, json.load(file)), int(wanted))
    letters = list(byte_characters().values())
    tokens = [*letters, *(c + '</w>' for c in letters), *(a + b for a, b in merges), START, END, PADDING]
    with open(f'{out}/vocab.json', 'w', encoding='utf-8') as file:
        json.dump({t: i for i, t in enumerate(tokens)}, file, ensure_ascii=False)
    with open(f'{out}/merges.txt', 'w', encoding='utf-8') as file:
        file.write('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges))
    print(len(tokens), 'tokens')


if __name__ == '__main__':
    main(*sys.argv[1:])
