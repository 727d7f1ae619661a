"""Makes a checkpoint from a model folder, so that training can go on where only the ONNX files were kept.

    python3 restore.py --model ../default --data DATA --cache CACHE --out init.pt
    python3 train.py --init init.pt …

The files hold convolutions with batch norm folded in. Any batch norm whose scale and offset undo its own statistics gives the
same network again; the statistics of real pictures are taken, layer by layer, so that training finds the scales it is used to.
"""
import argparse

import onnx
import torch
import torch.nn as nn
from onnx import numpy_helper

from data import Classes, load_archives
from tokenizer import Tokenizer
from towers import PictureTower, TextTower, normalise_pixels
from wordnet import Nouns


def read_weights(path):
    """The float32 weights of an ONNX file by the name of the parameter they are; linear layers are stored transposed, without a name."""
    graph = onnx.load(path).graph
    arrays = {w.name.removesuffix('.half'): torch.from_numpy(numpy_helper.to_array(w).copy()).float() for w in graph.initializer}
    for node in graph.node:
        if node.op_type == 'MatMul' and node.input[1] in arrays:
            arrays[node.name.strip('/').removesuffix('/MatMul').replace('/', '.') + '.weight'] = arrays.pop(node.input[1]).T.contiguous()
    return arrays


@torch.no_grad()
def unfold_batch_norm(tower, weights, pixels):
    """Loads folded weights and splits each convolution's offset and scale off into the batch norm that follows it."""
    pairs = []
    for name, part in tower.named_modules():
        if isinstance(part, nn.Sequential):
            for i, (conv, norm) in enumerate(zip(list(part), list(part)[1:])):
                if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                    pairs.append((f'{name}.{i}', conv, norm))

    def take_statistics(norm, offset):
        def before(_, inputs):
            variance, mean = torch.var_mean(inputs[0], (0, 2, 3), unbiased=False)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            norm.weight.copy_((variance + norm.eps).sqrt())
            norm.bias.copy_(mean + offset)
        return before

    hooks = []
    for name, conv, norm in pairs:
        conv.weight.copy_(weights.pop(name + '.weight'))
        hooks.append(norm.register_forward_pre_hook(take_statistics(norm, weights.pop(name + '.bias'))))
    tower.projection.weight.copy_(weights.pop('projection.weight'))
    tower.projection.bias.copy_(weights.pop('projection.bias'))
    assert not weights, f'weights without a place: {list(weights)}'
    tower.eval()(normalise_pixels(pixels.float() / 255))
    for hook in hooks:
        hook.remove()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--model', required=True, help='folder with image.onnx, text.onnx, vocab.json and merges.txt')
    parser.add_argument('--data', required=True)
    parser.add_argument('--cache', default='cache')
    parser.add_argument('--wordnet', default='/usr/share/wordnet/data.noun')
    parser.add_argument('--out', required=True)
    options = parser.parse_args()
    tokenizer = Tokenizer(options.model)
    pictures = load_archives(options.data, 'tiny-imagenet-val', Classes(f'{options.data}/classes.json', Nouns(options.wordnet)), options.cache)
    picture_tower, text_tower = PictureTower(), TextTower(len(tokenizer), tokenizer.padding)
    unfold_batch_norm(picture_tower, read_weights(f'{options.model}/image.onnx'), pictures.pixels[::20])
    text_tower.load_state_dict(read_weights(f'{options.model}/text.onnx'))
    torch.save({'average': [picture_tower.state_dict(), text_tower.state_dict()]}, options.out)


if __name__ == '__main__':
    main()
