"""The two towers of the default encoder: pictures and short texts become unit vectors in one space."""
import torch
import torch.nn as nn
import torch.nn.functional as F

DIMENSION = 256         # of the shared space
REGION_SIZE = 128       # pixels a side where parts of a picture are wanted: 8x8 patches
PATCH_SIZE = 16         # pixels a side of a patch
PICTURE_SIZE = 64       # pixels a side; the whole picture is squashed to a square
MAX_TOKENS = 32         # of a text, start and end marks included
GROUP = 16              # channels that a 3x3 convolution of the picture tower mixes
MEAN, STD = (0.48, 0.45, 0.40), (0.27, 0.26, 0.27)   # of the training pictures, channels red, green, blue


def normalise_pixels(pictures):
    """Pictures in 0..1, [n, 3, h, w], to what the picture tower reads: zero mean and unit deviation a channel."""
    mean, std = torch.tensor(MEAN).view(1, 3, 1, 1), torch.tensor(STD).view(1, 3, 1, 1)
    return (pictures - mean) / std


def convolution(inputs, outputs, size, stride=1, groups=1):
    """A convolution and its batch norm."""
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)


class Bottleneck(nn.Module):
    """RegNet's X block (Radosavovic et al. 2020): 1x1, 3x3 in groups of 16 channels, 1x1, and a short cut beside them.

    At 192 channels it costs a sixth of two full 3x3 convolutions, so a tower may be three times as deep and still be faster.
    """

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(
            *convolution(inputs, outputs, 1), nn.ReLU(inplace=True),
            *convolution(outputs, outputs, 3, stride, groups=outputs // GROUP), nn.ReLU(inplace=True),
            *convolution(outputs, outputs, 1))
        self.shortcut = nn.Identity() if inputs == outputs and stride == 1 else nn.Sequential(*convolution(inputs, outputs, 1, stride))

    def forward(self, x):
        return F.relu(self.shortcut(x) + self.body(x))


class PictureTower(nn.Module):
    """[n, 3, 64, 64] to one unit vector a picture, [n, 256], and one a patch of 16x16 pixels, [n, 16, 256].

    A picture's vector is the mean of its patches, made unit: a patch with more to say weighs more. So the mean over any
    rectangle of patches, made unit, is the vector of that part. Any height and width that 16 divides will do.
    """

    def __init__(self, stem=32, widths=(64, 192, 448), depths=(1, 4, 6)):
        super().__init__()
        layers, inputs = [*convolution(3, stem, 3, 2), nn.ReLU(inplace=True)], stem       # 32x32
        for width, depth in zip(widths, depths):                                         # 16x16, 8x8, 4x4
            for i in range(depth):
                layers.append(Bottleneck(inputs, width, 2 if i == 0 else 1))
                inputs = width
        self.body = nn.Sequential(*layers)
        self.projection = nn.Conv2d(inputs, DIMENSION, 1)

    def forward(self, pixels):
        patches = self.projection(self.body(pixels)).flatten(2).transpose(1, 2).float()
        return F.normalize(patches.mean(1), dim=-1), patches


class TransformerBlock(nn.Module):
    """Self-attention, then a two-layer perceptron, each on normalised input and added to it (pre-norm)."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, bias):
        """x: [n, tokens, width]; bias: [n, 1, 1, tokens], very negative where a token is padding."""
        n, tokens, width = x.shape
        qkv = self.query_key_value(self.norm1(x)).view(n, tokens, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        attention = (query @ key.transpose(-1, -2)) * (width // self.heads) ** -0.5 + bias
        mixed = (attention.softmax(-1) @ value).transpose(1, 2).reshape(n, tokens, width)
        x = x + self.output(mixed)
        return x + self.narrow(F.gelu(self.widen(self.norm2(x))))


class TextTower(nn.Module):
    """Token ids [n, tokens] to unit vectors [n, 256]: a small transformer and the mean over the tokens that are no padding."""

    def __init__(self, vocabulary, padding, width=192, layers=3, heads=3):
        super().__init__()
        self.padding = padding
        self.embedding = nn.Embedding(vocabulary, width)
        self.position = nn.Parameter(torch.randn(MAX_TOKENS, width) * 0.02)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.blocks = nn.ModuleList(TransformerBlock(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.projection = nn.Linear(width, DIMENSION)

    def forward(self, ids):
        real = (ids != self.padding).to(self.position.dtype)
        bias = ((1 - real) * -1e4)[:, None, None, :]
        x = self.embedding(ids) + self.position[:ids.shape[1]]
        for block in self.blocks:
            x = block(x, bias)
        mean = (self.norm(x) * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        return F.normalize(self.projection(mean).float(), dim=-1)
