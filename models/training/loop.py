"""What both stages of training share: the clock, checkpoints, learning curves, and several processes that train one model."""
import copy
import json
import math
import os
import random
import time

import numpy as np
import torch
import torch.nn as nn

import together


# Emulated where the processor lacks it, and then 20 times slower than float32 (1.7 pictures a second, not 38).
with open('/proc/cpuinfo', encoding='ascii') as cpu:
    HAS_BFLOAT16 = 'bf16' in cpu.read()


class Average:
    """An exponential moving average of the towers' weights: what is evaluated and exported."""

    def __init__(self, modules, most=0.998):
        self.modules, self.copies, self.most, self.steps = modules, [copy.deepcopy(m).eval() for m in modules], most, 0

    @torch.no_grad()
    def update(self):
        keep = min(self.most, (1 + self.steps) / (20 + self.steps))
        self.steps += 1
        for module, average in zip(self.modules, self.copies):
            for new, old in zip(module.state_dict().values(), average.state_dict().values()):
                if old.dtype.is_floating_point:
                    old.lerp_(new, 1 - keep)
                else:
                    old.copy_(new)


class Loop:
    """A stage derives from it, gives its modules, and says what one step's loss is and which figures it is judged by.

    The learning rate falls along a cosine over wall time, so that training ends when it should on any machine; started again, it
    goes on from the last checkpoint.
    """

    checkpoint = 'checkpoint.pt'

    def begin(self, options, modules, decayed):
        """decayed: which parameters weight decay draws to zero."""
        torch.set_num_threads(1)
        self.options, self.modules = options, modules
        self.parameters = [p for m in modules for p in m.parameters()]
        kept = [p for p in self.parameters if not any(p is d for d in decayed)]
        self.optimizer = torch.optim.AdamW([{'params': decayed, 'weight_decay': 0.05}, {'params': kept, 'weight_decay': 0.0}],
                                           lr=options.rate, betas=(0.9, 0.98))
        self.average, self.steps, self.minutes = Average(modules), 0, 0.0

    def loss(self):
        """The named parts of one step's loss; their sum is made small."""
        raise NotImplementedError

    def figures(self):
        """Figures of the averaged weights on held-out data, by name."""
        raise NotImplementedError

    def averages(self):
        """State of the averaged towers, as `train.py --init` and export.py read it."""
        return [m.state_dict() for m in self.average.copies]

    @property
    def progress(self):
        return min(1.0, self.minutes / self.options.minutes)

    def save(self):
        state = {'modules': [m.state_dict() for m in self.modules], 'kept': [m.state_dict() for m in self.average.copies], 'average': self.averages(),
                 'optimizer': self.optimizer.state_dict(), 'steps': self.steps, 'averaged': self.average.steps, 'minutes': self.minutes}
        path = f'{self.options.out}/{self.checkpoint}'
        torch.save(state, path + '.part')
        os.replace(path + '.part', path)

    def resume(self):
        path = f'{self.options.out}/{self.checkpoint}'
        if os.path.exists(path):
            state = torch.load(path)
            for module, weights in zip(self.modules + self.average.copies, state['modules'] + state['kept']):
                module.load_state_dict(weights)
            self.optimizer.load_state_dict(state['optimizer'])
            self.steps, self.average.steps, self.minutes = state['steps'], state['averaged'], state['minutes']
            print(f'resumed at step {self.steps}, minute {self.minutes:.1f}', flush=True)

    def step(self):
        warm = min(1.0, (self.average.steps + 1) / 200)
        for group in self.optimizer.param_groups:
            group['lr'] = self.options.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * self.progress)))
        parts = self.loss()
        self.optimizer.zero_grad(set_to_none=True)
        sum(parts.values()).backward()
        nn.utils.clip_grad_norm_(self.parameters, 5.0)
        self.optimizer.step()
        self.average.update()
        self.steps += 1
        return {k: v.item() for k, v in parts.items()}

    def evaluate(self):
        """Prints the figures, and adds them as a line to figures.jsonl: the learning curve."""
        line = json.dumps({'step': self.steps, 'minute': round(self.minutes, 1), 'size': self.size, **self.figures()})
        with open(f'{self.options.out}/figures.jsonl', 'a', encoding='utf-8') as file:
            file.write(line + '\n')
        print(line, flush=True)

    def train(self, rank, meeting):
        """One of the processes: steps until the next meeting, meets, until member 0 finds the time over. Only member 0 prints and saves."""
        random.seed(f'{self.options.seed} {self.steps} {rank}')     # another order after a restart, or the first pictures would be seen again
        torch.manual_seed(random.getrandbits(40))
        start, began = time.time(), self.minutes
        last_save, last_figures, sums = start, start, {}
        going_on, meeting.last = True, start
        while going_on:
            taken = 0
            while not meeting.due:
                for name, value in self.step().items():
                    sums.setdefault(name, []).append(value)
                taken += 1
                self.minutes = began + (time.time() - start) / 60
            going_on = meeting.meet(rank, together.state_of(self.modules + self.average.copies, self.optimizer), taken, self.progress < 1)
            if rank == 0 and meeting.held % 3 == 0:
                print(f'{time.strftime("%H:%M:%S")} minute {self.minutes:.1f} step {self.steps} size {self.size}',
                      ' '.join(f'{k} {np.mean(v):.3f}' for k, v in sums.items()), flush=True)
                sums = {}
            if rank == 0 and time.time() - last_save > 180:
                self.save()
                last_save = time.time()
            if rank == 0 and time.time() - last_figures > 60 * self.options.figures_minutes:
                self.evaluate()
                last_figures = time.time()
        if rank == 0:
            self.save()
            self.evaluate()

    def run(self):
        os.makedirs(self.options.out, exist_ok=True)
        self.resume()
        meeting = together.Meeting(self.options.processes)
        meeting.reserve(8 * sum(p.numel() for p in self.parameters))     # weights, their average, two moments; and batch norm's statistics
        together.run(self.options.processes, lambda rank: self.train(rank, meeting))


def add_arguments(parser, minutes, rate):
    parser.add_argument('--data', required=True, help='folder with the archives and classes.json')
    parser.add_argument('--vocabulary', required=True, help='folder with vocab.json and merges.txt')
    parser.add_argument('--wordnet', default='/usr/share/wordnet/data.noun')
    parser.add_argument('--cache', default='cache', help='folder for decoded pictures')
    parser.add_argument('--out', required=True)
    parser.add_argument('--minutes', type=float, default=minutes, help='length of the schedule, all runs together')
    parser.add_argument('--rate', type=float, default=rate, help='highest learning rate')
    parser.add_argument('--figures-minutes', type=float, default=8, help='time between two evaluations')
    parser.add_argument('--processes', type=int, default=os.cpu_count(), help='processes that train together, one a core')
    parser.add_argument('--seed', type=int, default=0)
