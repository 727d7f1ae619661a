"""Two views of a picture: nearly whole, and a crop. What they share is what a vector should hold."""
import torch
import torch.nn.functional as F


def uniform(n, low, high):
    """n random numbers, shaped to scale pictures [n, 3, h, w]."""
    return torch.empty(n, 1, 1, 1).uniform_(low, high)


def recolour(pictures, strength):
    """Brightness, level and saturation changed at random, by up to `strength`."""
    n = len(pictures)
    pictures = pictures * uniform(n, 1 - strength, 1 + strength) + uniform(n, -strength / 3, strength / 3)
    grey = pictures.mean(1, keepdim=True)
    return (grey + (pictures - grey) * uniform(n, 1 - 1.5 * strength, 1 + 1.5 * strength)).clamp(0, 1)


def crop(pictures, flip, least_area):
    """A part of each picture with `least_area` to 1 of its area, anywhere in it, scaled back to full size."""
    n = len(pictures)
    side = torch.empty(n).uniform_(least_area, 1).sqrt()
    stretch = torch.empty(n).uniform_(-0.15, 0.15).exp()
    width, height = (side * stretch).clamp(max=1), (side / stretch).clamp(max=1)
    place = torch.zeros(n, 2, 3)
    place[:, 0, 0], place[:, 1, 1] = width * flip, height
    place[:, 0, 2] = (torch.rand(n) * 2 - 1) * (1 - width)
    place[:, 1, 2] = (torch.rand(n) * 2 - 1) * (1 - height)
    grid = F.affine_grid(place, pictures.shape, align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False, padding_mode='reflection')


def mosaic(pictures):
    """Pictures four at a time, two by two: [4 n, 3, h, w] to [n, 3, 2 h, 2 w]."""
    return torch.cat([torch.cat([pictures[0::4], pictures[1::4]], 3), torch.cat([pictures[2::4], pictures[3::4]], 3)], 2)


def shrink(pictures, size):
    """Pictures [n, 3, h, w] at `size` pixels a side; each new pixel is a mean over those that it covers."""
    if pictures.shape[-1] == size:
        return pictures
    return F.interpolate(pictures, size=(size, size), mode='bilinear', align_corners=False, antialias=True)


def two_views(pixels, least_area=0.35, recolouring=0.1):
    """uint8 [n, 3, 64, 64] to (whole, part, flipped): each view float [n, 3, 64, 64] in 0..1; both are mirrored, or neither is."""
    pictures = pixels.float() / 255
    flipped = torch.rand(len(pictures)) < 0.5
    whole = torch.where(flipped.view(-1, 1, 1, 1), pictures.flip(3), pictures)
    part = crop(pictures, torch.where(flipped, -1.0, 1.0), least_area)
    return recolour(whole, recolouring), recolour(part, 2.5 * recolouring), flipped
