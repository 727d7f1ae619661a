"""Processes that train copies of one model, each on its own core, and meet now and then to take the mean of their weights.

Local SGD (Stich 2019): between two meetings nobody waits for anybody, so a core that other programs slow down holds up no other. On
two cores it trains 1.9 times as many pictures as one process; one process of two threads trains 1.5 times as many.
"""
import os
import time

import torch
import torch.multiprocessing as processes


def state_of(modules, optimizer):
    """Every floating-point tensor that training changes: weights, statistics of batch norm, and the optimizer's two moments."""
    weights = [t for m in modules for t in m.state_dict().values() if t.dtype.is_floating_point]
    moments = [s[name] for group in optimizer.param_groups for p in group['params'] if (s := optimizer.state.get(p)) for name in ('exp_avg', 'exp_avg_sq')]
    return weights + moments


class Meeting:
    """Where the processes meet. `seconds`: how long each trains on its own between two meetings."""

    def __init__(self, members, seconds=20.0):
        self.members, self.seconds, self.last, self.held = members, seconds, time.time(), 0
        self.barrier = processes.get_context('fork').Barrier(members)
        self.steps, self.going_on, self.shared = torch.zeros(members).share_memory_(), torch.ones(1).share_memory_(), None

    def reserve(self, numbers):
        """Makes room for so many numbers a member; before the processes part."""
        self.shared = torch.zeros(self.members, numbers).share_memory_()

    @property
    def due(self):
        return time.time() - self.last > self.seconds

    @torch.no_grad()
    def meet(self, rank, tensors, steps, going_on):
        """Every member's tensors become their mean, weighed by the steps each took. Returns whether member 0 wants to go on."""
        flat = torch.cat([t.reshape(-1) for t in tensors])
        self.shared[rank, :len(flat)], self.steps[rank] = flat * steps, steps
        if rank == 0:
            self.going_on[0] = float(going_on)
        self.barrier.wait()
        mean = self.shared[:, :len(flat)].sum(0) / self.steps.sum()
        for tensor, part in zip(tensors, mean.split([t.numel() for t in tensors])):
            tensor.copy_(part.view_as(tensor))
        wanted = bool(self.going_on[0])
        self.barrier.wait()
        self.last, self.held = time.time(), self.held + 1
        return wanted


def run(members, work):
    """Runs work(rank) in so many processes; if one fails, all end."""
    context = processes.get_context('fork')
    started = [context.Process(target=work, args=(rank,)) for rank in range(members)]
    for process in started:
        process.start()
    while any(p.is_alive() for p in started):
        if any(p.exitcode not in (None, 0) for p in started):
            for process in started:
                process.kill()
            raise SystemExit('a training process failed; see above')
        time.sleep(1)
