"""Writes a model folder from a checkpoint: image.onnx, text.onnx, model.json with digests, golden.json.

    python3 export.py --checkpoint out/checkpoint.pt --out ../default --version 1.0.0

Batch norm is folded into the convolutions. Weights are stored as float16, half the size, and cast back to float32 by the
graph itself: a runtime does that once, at load, and computes in float32 as ever. Before they are traced the towers'
weights are rounded in the same way, so golden.json (texts and pictures with their vectors) holds for the files as they are.

    python3 export.py --golden-only --out ../default

writes golden.json alone, from the weights that the folder's own files hold.
"""
import argparse
import copy
import hashlib
import json
import os

import numpy as np
import onnx
import torch
import torch.nn as nn
from PIL import Image
from onnx import TensorProto, helper, numpy_helper
from torch.nn.utils.fusion import fuse_conv_bn_eval

from data import squash
from restore import read_weights
from tokenizer import END, START, Tokenizer
from towers import DIMENSION, MAX_TOKENS, MEAN, PATCH_SIZE, PICTURE_SIZE, REGION_SIZE, STD, PictureTower, TextTower, normalise_pixels

OPSET = 15
LEAST_WEIGHTS = 256     # smaller tensors (single norms, constants) stay float32: nothing is gained
LICENCE = 'MIT'
SOURCE = 'trained from scratch for this project by models/training'
GOLDEN_TEXTS = ['a photo of a dog', 'Two red boats under a yellow sun', 'the cat\'s  7 "lives"!', 'Ein Café an der Straße',
                'dog', 'a very long text that goes on and on about mountains, rivers, houses, trees, boats, stars, moons, clouds, cats, '
                'dogs, birds, fish and all the other things that may be seen in a picture']


def load_towers(checkpoint, tokenizer):
    """The averaged towers of a checkpoint, in evaluation mode."""
    towers = [PictureTower().eval(), TextTower(len(tokenizer), tokenizer.padding).eval()]
    for tower, weights in zip(towers, torch.load(checkpoint, map_location='cpu')['average']):
        tower.load_state_dict(weights)
    return towers


def fold_batch_norm(module):
    """A copy of the module whose batch norms are part of the convolutions before them."""
    module = copy.deepcopy(module)
    for part in [m for m in module.modules() if isinstance(m, nn.Sequential)]:
        for i, (conv, norm) in enumerate(zip(list(part), list(part)[1:])):
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                part[i], part[i + 1] = fuse_conv_bn_eval(conv, norm), nn.Identity()
    return module


def is_stored_half(n):
    return n >= LEAST_WEIGHTS


@torch.no_grad()
def round_to_half(module):
    """Rounds, in place, the weights that store_as_half will store as float16."""
    for parameter in module.parameters():
        if is_stored_half(parameter.numel()):
            parameter.copy_(parameter.half().float())


def shipped_towers(checkpoint, tokenizer):
    """The towers as the files hold them: batch norm folded, weights rounded."""
    picture_tower, text_tower = load_towers(checkpoint, tokenizer)
    towers = fold_batch_norm(picture_tower), text_tower
    for tower in towers:
        round_to_half(tower)
    return towers


def store_as_half(path):
    """Rewrites an ONNX file so that its larger float32 weights are float16 followed by a Cast to float32."""
    model = onnx.load(path)
    graph, casts = model.graph, []
    for weight in graph.initializer:
        if weight.data_type == TensorProto.FLOAT and is_stored_half(int(np.prod(weight.dims))):
            name, half = weight.name, numpy_helper.to_array(weight).astype(np.float16)
            weight.CopyFrom(numpy_helper.from_array(half, name + '.half'))
            casts.append(helper.make_node('Cast', [name + '.half'], [name], name=name + '.cast', to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def export_towers(picture_tower, text_tower, tokenizer, out):
    """Both ONNX files; every input and output has a free batch size, texts a free length and pictures a free size too."""
    torch.onnx.export(
        picture_tower, torch.zeros(2, 3, PICTURE_SIZE, PICTURE_SIZE), f'{out}/image.onnx', opset_version=OPSET,
        input_names=['pixel_values'], output_names=['image_embeds', 'patch_embeds'],
        dynamic_axes={'pixel_values': {0: 'batch', 2: 'height', 3: 'width'}, 'image_embeds': {0: 'batch'}, 'patch_embeds': {0: 'batch', 1: 'patches'}})
    torch.onnx.export(
        text_tower, tokenizer(['a photo of a cat', 'dog']), f'{out}/text.onnx', opset_version=OPSET,
        input_names=['input_ids'], output_names=['text_embeds'],
        dynamic_axes={'input_ids': {0: 'batch', 1: 'sequence'}, 'text_embeds': {0: 'batch'}})
    for file in ('image.onnx', 'text.onnx'):
        store_as_half(f'{out}/{file}')


def golden_pictures():
    """Pictures that any language can make again: name, formula in words, uint8 [64, 64, 3] (row y, column x, channel c)."""
    y, x, c = np.meshgrid(np.arange(PICTURE_SIZE), np.arange(PICTURE_SIZE), np.arange(3), indexing='ij')
    board = ((x // 8 + y // 8) % 2 == 0)
    disc = (x - 32) ** 2 + (y - 32) ** 2 <= 20 ** 2
    return [
        ('gradient', 'red 4x, green 4y, blue 2(x+y)', np.choose(c, [4 * x, 4 * y, 2 * (x + y)])),
        ('checkerboard', '(220, 40, 60) where (x/8 + y/8) is even (whole numbers), else (20, 120, 230)',
         np.where(board, np.choose(c, [220, 40, 60]), np.choose(c, [20, 120, 230]))),
        ('disc', '(250, 210, 40) where (x-32)^2 + (y-32)^2 <= 400, else (90, 160, 240)',
         np.where(disc, np.choose(c, [250, 210, 40]), np.choose(c, [90, 160, 240]))),
        ('hash', '(37x + 101y + 59c + xy) mod 256, c = 0 red, 1 green, 2 blue', (37 * x + 101 * y + 59 * c + x * y) % 256),
    ]


@torch.no_grad()
def golden(picture_tower, text_tower, tokenizer):
    """Texts and pictures with their vectors, for a test that the program computes what training computed."""
    def rounded(vector):
        return [round(v, 6) for v in vector.tolist()]

    texts = [{'text': t, 'ids': tokenizer.encode(t), 'vector': rounded(text_tower(tokenizer([t]))[0])} for t in GOLDEN_TEXTS]
    pictures = []
    for name, formula, pixels in golden_pictures():
        tensor = torch.from_numpy(pixels.astype(np.uint8)).permute(2, 0, 1)[None].float() / 255
        vectors, patches = picture_tower(normalise_pixels(tensor))
        pictures.append({'name': name, 'formula': formula, 'firstPixels': pixels[0, :2].tolist(),
                         'vector': rounded(vectors[0]), 'lastPatch': rounded(patches[0, -1])})
    stored = torch.from_numpy(np.stack([stored_picture()])).permute(0, 3, 1, 2).float() / 255
    files = [{'name': 'golden.png', 'vector': rounded(picture_tower(normalise_pixels(stored))[0][0])}]
    return {'about': 'Vectors computed by models/training/export.py; 64x64 RGB pictures are given by formulas of column x and row y, '
                     'files lie in models and are resized by Pillow.',
            'texts': texts, 'pictures': pictures, 'files': files}


def stored_picture():
    """models/golden.png, brought to the towers' size as training brings pictures to it."""
    with Image.open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'golden.png')) as picture:
        return squash(picture)


def stored_towers(folder, tokenizer):
    """The towers with the weights of a model folder's ONNX files."""
    towers = fold_batch_norm(PictureTower().eval()), TextTower(len(tokenizer), tokenizer.padding).eval()
    for tower, file in zip(towers, ('image.onnx', 'text.onnx')):
        tower.load_state_dict(read_weights(f'{folder}/{file}'))
    return towers


def manifest(out, version, padding):
    """model.json: all that a program must know to use the folder."""
    def digest(file):
        with open(f'{out}/{file}', 'rb') as data:
            return hashlib.sha256(data.read()).hexdigest()

    return {
        'name': 'default', 'version': version, 'licence': LICENCE, 'source': SOURCE,
        'files': {f: digest(f) for f in ('image.onnx', 'text.onnx', 'vocab.json', 'merges.txt')},
        'dimension': DIMENSION,
        'image': {'file': 'image.onnx', 'input': 'pixel_values', 'output': 'image_embeds', 'patches': 'patch_embeds', 'patchSize': PATCH_SIZE, 'regionSize': REGION_SIZE,
                  'size': PICTURE_SIZE, 'resize': 'squash', 'quality': 'fast', 'mean': MEAN, 'std': STD, 'layout': 'NCHW'},
        'text': {'file': 'text.onnx', 'input': 'input_ids', 'output': 'text_embeds', 'maxTokens': MAX_TOKENS, 'padding': padding,
                 'pooling': 'model',
                 'tokenizer': {'kind': 'clip-bpe', 'vocabulary': 'vocab.json', 'merges': 'merges.txt', 'start': START, 'end': END}},
    }


def write_json(path, value, **style):
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(value, file, ensure_ascii=False, **style)
        file.write('\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--checkpoint', help='needed but for --golden-only')
    parser.add_argument('--golden-only', action='store_true', help='write golden.json alone, from the weights in the folder')
    parser.add_argument('--out', required=True, help='model folder; holds vocab.json and merges.txt already')
    parser.add_argument('--version', default='0.0.0')
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    tokenizer = Tokenizer(options.out)
    if options.golden_only:
        write_json(f'{options.out}/golden.json', golden(*stored_towers(options.out, tokenizer), tokenizer))
        return
    picture_tower, text_tower = shipped_towers(options.checkpoint, tokenizer)
    export_towers(picture_tower, text_tower, tokenizer, options.out)
    write_json(f'{options.out}/golden.json', golden(picture_tower, text_tower, tokenizer))
    write_json(f'{options.out}/model.json', manifest(options.out, options.version, tokenizer.padding), indent=2)
    print({f: os.path.getsize(f'{options.out}/{f}') for f in sorted(os.listdir(options.out))})


if __name__ == '__main__':
    main()
