"""What is asked of the vectors. All arguments are unit vectors, [n, 256]; all losses are means over n."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Temperatures(nn.Module):
    """The learnt scales (inverse temperatures, as logarithms) of the losses below."""

    def __init__(self):
        super().__init__()
        self.names = nn.Parameter(torch.tensor(math.log(14.0)))
        self.wider = nn.Parameter(torch.tensor(math.log(10.0)))
        self.wider_offset = nn.Parameter(torch.tensor(-6.0))
        self.glosses = nn.Parameter(torch.tensor(math.log(14.0)))
        self.captions = nn.Parameter(torch.tensor(math.log(20.0)))
        self.views = nn.Parameter(torch.tensor(math.log(14.0)))
        self.things = nn.Parameter(torch.tensor(math.log(14.0)))
        self.mosaics = nn.Parameter(torch.tensor(math.log(14.0)))


def scale(parameter, most=60.0):
    return parameter.exp().clamp(max=most)


def names_loss(pictures, names, labels, temperatures):
    """Among all class names, each picture's own is nearest."""
    return F.cross_entropy(pictures @ names.T * scale(temperatures.names), labels, label_smoothing=0.1)


def wider_loss(pictures, terms, matches, temperatures):
    """Each wider term ("dog", "vehicle") says of each picture yes or no; matches: [pictures, terms] of 0 and 1."""
    logits = pictures @ terms.T * scale(temperatures.wider, 40) + temperatures.wider_offset
    return F.binary_cross_entropy_with_logits(logits, matches, reduction='sum') / len(pictures) / 4


def pairs_loss(a, b, parameter):
    """Row i of `a` and row i of `b` find each other among all rows (CLIP's loss)."""
    logits, same = a @ b.T * scale(parameter), torch.arange(len(a))
    return (F.cross_entropy(logits, same) + F.cross_entropy(logits.T, same)) / 2


def views_loss(whole, part, labels, temperatures):
    """A part finds its own whole, and a whole its part, among pictures of other classes.

    Pictures of the same class are left out: same_class_loss draws them near, and one loss should not undo the other.
    """
    logits = whole @ part.T * scale(temperatures.views)
    alike = (labels[:, None] == labels[None, :]) & ~torch.eye(len(labels), dtype=torch.bool)
    logits, same = logits.masked_fill(alike, -1e4), torch.arange(len(labels))
    return (F.cross_entropy(logits, same) + F.cross_entropy(logits.T, same)) / 2


def same_class_loss(vectors, labels, inverse_temperature=12.0):
    """Supervised contrast (Khosla et al. 2020): pictures of one class are nearer to each other than to the rest."""
    itself = torch.eye(len(labels), dtype=torch.bool)
    logits = (vectors @ vectors.T * inverse_temperature).masked_fill(itself, -1e4)
    alike = ((labels[:, None] == labels[None, :]) & ~itself).float()
    return -((logits.log_softmax(1) * alike).sum(1) / alike.sum(1).clamp(min=1)).mean()


def resemblance_loss(pictures, resemblance, inverse_temperature=12.0):
    """Scenes that show the same things are nearer than others, the nearer the more they share; resemblance: [n, n], 0 to 1."""
    itself = torch.eye(len(pictures), dtype=torch.bool)
    logits = (pictures @ pictures.T * inverse_temperature).masked_fill(itself, -1e4)
    weights = resemblance.clamp(min=0.3).sub(0.3).square().masked_fill(itself, 0)
    shared = weights.sum(1) > 0
    weights = weights[shared] / weights[shared].sum(1, keepdim=True)
    return -(logits[shared].log_softmax(1) * weights).sum(1).mean()


def mosaic_loss(patches, wholes, temperature):
    """A quarter of a mosaic has the vector of the picture that is there, whatever is around it: patches [n, patches, d], wholes [4 n, d] in the mosaics' order."""
    side = int(patches.shape[1] ** 0.5)
    grid = patches.unflatten(1, (side, side))
    halves = [part for rows in grid.split(side // 2, 1) for part in rows.split(side // 2, 2)]                  # as augment.mosaic lays them
    quarters = F.normalize(torch.stack([half.mean((1, 2)) for half in halves], 1).flatten(0, 1), dim=-1)        # [4 n, d]
    return 0.5 * pairs_loss(quarters, wholes.detach(), temperature) + 2 * teacher_loss(quarters, wholes.detach())


def teacher_loss(pictures, taught):
    """Each picture's vector is the one that a teacher gives it (Hinton et al. 2015, with vectors instead of classes)."""
    return (1 - (pictures * taught).sum(1)).mean()


def matches_loss(pictures, queries, matches, parameter):
    """Pictures and queries of a batch (captions, or things cut out) find each other. matches: [pictures, queries], 0 to 1, how true.

    A query that is true of other pictures too (a short caption often is) shares its probability among them, so no
    picture is pushed away from a text that describes it. A picture that no query is true of finds nothing and is left out.
    """
    logits = pictures @ queries.T * scale(parameter)
    meant = matches.sum(1) > 0
    by_picture = matches[meant] / matches[meant].sum(1, keepdim=True)
    by_query = matches.T / matches.T.sum(1, keepdim=True)
    return (F.cross_entropy(logits[meant], by_picture) + F.cross_entropy(logits.T, by_query)) / 2
