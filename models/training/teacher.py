"""An earlier model's vectors of drawn scenes, plain and mirrored, for `train.py --teacher`: what it knows of scenes is kept while other things are learnt.

    ../../vsearch serve --model EARLIER &
    python3 teacher.py --scenes FOLDER... --cache CACHE --out teacher.f32 [--server http://127.0.0.1:5080]

Writes float32 [2, scenes, dimensions]. The vectors come over /v1/embeddings: a student's teacher need not be a network that PyTorch can run.
"""
import argparse
import base64
import io
import json
import urllib.request

import numpy as np
from PIL import Image

from scenes import Scenes

BATCH = 64


def embed(server, pictures):
    """Unit vectors of RGB pictures, float32 [n, dimensions]."""
    inputs = []
    for picture in pictures:
        png = io.BytesIO()
        Image.fromarray(picture).save(png, 'png', compress_level=1)
        inputs.append({'image': 'data:image/png;base64,' + base64.b64encode(png.getvalue()).decode()})
    body = json.dumps({'input': inputs, 'encoding_format': 'base64'}).encode()
    request = urllib.request.Request(f'{server}/v1/embeddings', body, {'content-type': 'application/json'})
    with urllib.request.urlopen(request) as reply:
        data = json.load(reply)['data']
    return np.stack([np.frombuffer(base64.b64decode(one['embedding']), '<f4') for one in sorted(data, key=lambda one: one['index'])])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--scenes', nargs='+', required=True, help='the folders that train.py is given, in the same order')
    parser.add_argument('--cache', default='cache')
    parser.add_argument('--server', default='http://127.0.0.1:5080')
    parser.add_argument('--out', required=True)
    parser.add_argument('--most', type=int, help='only so many scenes, to try it')
    options = parser.parse_args()
    pixels = Scenes(options.scenes, options.cache).pixels[:options.most].permute(0, 2, 3, 1).contiguous().numpy()
    with open(options.out, 'wb') as file:
        for name, pictures in (('plain', pixels), ('mirrored', pixels[:, :, ::-1])):
            for at in range(0, len(pictures), BATCH):
                file.write(embed(options.server, pictures[at:at + BATCH]).tobytes())
                print(f'\r{name}: {min(at + BATCH, len(pictures)):,} of {len(pictures):,}', end='', flush=True)
            print()


if __name__ == '__main__':
    main()
