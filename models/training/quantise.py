"""Writes the picture tower with 8-bit weights and activations: image.onnx of half the size, faster on most processors.

    python3 quantise.py --checkpoint out/checkpoint.pt --data DATA --cache CACHE --scenes FOLDER --out ../default-int8

Static quantisation (Jacob et al. 2018): a weight is an integer of -64..63 times a scale of its output channel, an activation one of
0..255 times a scale of its tensor, which calibration on pictures of both kinds chooses. Weights keep to seven bits because
processors without VNNI add two products of 8 bits in 16, which overflows at eight: 2 x 255 x 127 > 32767. The graph says all that
in standard QuantizeLinear and DequantizeLinear pairs, which a runtime fuses into integer convolutions. The first convolution and
the last, a fiftieth of the work, stay float32: the pixels' own steps and the vectors' directions are where rounding costs most.
"""
import argparse

import numpy as np
import onnx
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

from data import Classes, load_archives
from export import OPSET, shipped_towers
from scenes import Scenes
from tokenizer import Tokenizer
from towers import DIMENSION, normalise_pixels
from wordnet import Nouns

PICTURES = 512              # of each kind, to calibrate with
CLIPPED = 1e-5              # share of a tensor's values that may fall outside its range: single outliers would coarsen all steps
MOST_WEIGHT = 63


class Ranges:
    """Lowest and highest value of each named tensor, but for the rarest, over the calibration pictures."""

    def __init__(self):
        self.samples = {}

    def see(self, name, values):
        values = values.flatten()
        kept = max(2, int(len(values) * CLIPPED))
        seen = self.samples.setdefault(name, ([], []))
        seen[0].append(-(-values).topk(kept).values[-1].item())
        seen[1].append(values.topk(kept).values[-1].item())

    def of(self, name):
        low, high = self.samples[name]
        return min(0.0, float(np.mean(low))), max(0.0, float(np.mean(high)))


def steps(body):
    """The folded tower's body as a list of (name, module): stem convolution, ReLU, blocks."""
    return [(f'body.{i}', module) for i, module in enumerate(body) if not isinstance(module, nn.Identity)]


def convolutions(block):
    """A block's three convolutions, in order."""
    return [m for m in block.body if isinstance(m, nn.Conv2d)]


@torch.no_grad()
def calibrate(tower, pixels):
    """Runs the folded tower and takes the range of every tensor that will be stored in 8 bits."""
    ranges = Ranges()
    for batch in pixels.split(128):
        x = normalise_pixels(batch.float() / 255)
        for name, module in steps(tower.body):
            if hasattr(module, 'shortcut'):
                first, second, third = convolutions(module)
                a = F.relu(first(x))
                b = F.relu(second(a))
                c, short = third(b), module.shortcut(x)
                for part, values in (('first', a), ('second', b), ('third', c), ('short', short)):
                    ranges.see(f'{name}.{part}', values)
                x = F.relu(c + short)
            else:
                x = module(x)
            if not isinstance(module, nn.Conv2d):
                ranges.see(name, x)
    return ranges


class Graph:
    """Builds the ONNX graph node by node."""

    def __init__(self, ranges):
        self.ranges, self.nodes, self.weights = ranges, [], []

    def constant(self, name, array):
        self.weights.append(numpy_helper.from_array(np.array(array, order='C'), name))
        return name

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def rounded(self, value, name):
        """The tensor in 8 bits and back: what a runtime takes as "this is stored as integers"."""
        low, high = self.ranges.of(name)
        scale = max(high - low, 1e-6) / 255
        scales = [self.constant(f'{name}.scale', np.float32(scale)), self.constant(f'{name}.zero', np.uint8(round(-low / scale)))]
        return self.node('DequantizeLinear', [self.node('QuantizeLinear', [value, *scales], f'{name}.8bit'), *scales], f'{name}.value')

    def convolve(self, value, conv, name, input_scale=None):
        """A convolution; with 8-bit weights where the input's scale is given."""
        weight, bias = conv.weight.detach().numpy(), conv.bias.detach().numpy()
        if input_scale is None:
            parts = [self.constant(f'{name}.weight', weight), self.constant(f'{name}.bias', bias)]
        else:
            scale = (np.abs(weight).reshape(len(weight), -1).max(1).clip(1e-8) / MOST_WEIGHT).astype(np.float32)
            whole = np.rint(weight / scale[:, None, None, None]).astype(np.int8)
            bias_scale = (scale * input_scale).astype(np.float32)
            zero = np.zeros(len(weight))
            parts = [
                self.node('DequantizeLinear', [self.constant(f'{name}.weight.8bit', whole), self.constant(f'{name}.weight.scale', scale),
                                               self.constant(f'{name}.weight.zero', zero.astype(np.int8))], f'{name}.weight', axis=0),
                self.node('DequantizeLinear', [self.constant(f'{name}.bias.32bit', np.rint(bias / bias_scale).astype(np.int32)),
                                               self.constant(f'{name}.bias.scale', bias_scale),
                                               self.constant(f'{name}.bias.zero', zero.astype(np.int32))], f'{name}.bias', axis=0)]
        return self.node('Conv', [value, *parts], f'{name}.convolved', kernel_shape=list(conv.kernel_size), strides=list(conv.stride),
                         pads=[conv.padding[0]] * 4, group=conv.groups)

    def scale_of(self, name):
        low, high = self.ranges.of(name)
        return max(high - low, 1e-6) / 255

    def block(self, value, before, module, name):
        """One bottleneck; `before` names its input's range."""
        first, second, third = convolutions(module)
        a = self.rounded(self.node('Relu', [self.convolve(value, first, f'{name}.1', self.scale_of(before))], f'{name}.1.relu'), f'{name}.first')
        b = self.rounded(self.node('Relu', [self.convolve(a, second, f'{name}.2', self.scale_of(f'{name}.first'))], f'{name}.2.relu'), f'{name}.second')
        c = self.rounded(self.convolve(b, third, f'{name}.3', self.scale_of(f'{name}.second')), f'{name}.third')
        short = value
        if isinstance(module.shortcut, nn.Sequential):
            short = self.rounded(self.convolve(value, module.shortcut[0], f'{name}.0', self.scale_of(before)), f'{name}.short')
        return self.rounded(self.node('Relu', [self.node('Add', [c, short], f'{name}.sum')], f'{name}.relu'), name)


def quantise(tower, ranges, path):
    """Writes the tower as an ONNX file with the inputs and outputs of the float one."""
    graph, value, before = Graph(ranges), 'pixel_values', None
    for name, module in steps(tower.body):
        if hasattr(module, 'shortcut'):
            value = graph.block(value, before, module, name)
        elif isinstance(module, nn.Conv2d):
            value = graph.convolve(value, module, name)
        else:
            value = graph.rounded(graph.node('Relu', [value], f'{name}.relu'), name)
        before = name
    grid = graph.convolve(value, tower.projection, 'projection')
    flat = graph.node('Reshape', [grid, graph.constant('flat', np.array([0, DIMENSION, -1], np.int64))], 'flattened')
    graph.node('Transpose', [flat], 'patch_embeds', perm=[0, 2, 1])
    mean = graph.node('ReduceMean', ['patch_embeds'], 'mean', axes=[1], keepdims=0)
    graph.node('LpNormalization', [mean], 'image_embeds', axis=-1, p=2)
    shape = ['batch', 3, 'height', 'width']
    model = helper.make_model(helper.make_graph(
        graph.nodes, 'picture tower, 8 bits', [helper.make_tensor_value_info('pixel_values', TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info('image_embeds', TensorProto.FLOAT, ['batch', DIMENSION]),
         helper.make_tensor_value_info('patch_embeds', TensorProto.FLOAT, ['batch', 'patches', DIMENSION])], graph.weights),
        opset_imports=[helper.make_opsetid('', OPSET)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--checkpoint', required=True)
    parser.add_argument('--data', required=True)
    parser.add_argument('--scenes', nargs='+', required=True)
    parser.add_argument('--vocabulary', default='../default')
    parser.add_argument('--cache', default='cache')
    parser.add_argument('--wordnet', default='/usr/share/wordnet/data.noun')
    parser.add_argument('--out', required=True, help='the ONNX file to write')
    options = parser.parse_args()
    torch.manual_seed(0)
    tower, _ = shipped_towers(options.checkpoint, Tokenizer(options.vocabulary))
    photographs = load_archives(options.data, 'train', Classes(f'{options.data}/classes.json', Nouns(options.wordnet)), options.cache).pixels
    drawings = Scenes(options.scenes, options.cache).pixels
    pixels = torch.cat([p[torch.randperm(len(p))[:PICTURES]] for p in (photographs, drawings)])
    quantise(tower, calibrate(tower, pixels), options.out)


if __name__ == '__main__':
    main()
