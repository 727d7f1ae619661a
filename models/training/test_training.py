"""Checks of the parts that fail silently when wrong: python3 -m unittest test_training"""
import random
import unittest

import torch

from augment import two_views
from export import fold_batch_norm, golden_pictures
from losses import Temperatures, matches_loss, resemblance_loss
from restore import unfold_batch_norm
from scenes import as_targets, compose, judge, mirror, read_scene, resemblance
from tokenizer import Tokenizer, words
from towers import MAX_TOKENS, PictureTower, TextTower

BOATS = {'objects': 'boat:red:2:big;sun:yellow:1:medium:sky', 'style': 'flat', 'background': 'sea'}
PINE = {'objects': 'dog:brown:1:small;pine:green:1:medium', 'style': 'pencil', 'background': 'snow', 'relation': 'to the left of'}


def claims_of(scene, wanted):
    """The claims of a caption, found among the many that compose can make."""
    random.seed(0)
    return next(claims for text, claims in (compose(scene, random.random()) for _ in range(100000)) if text == wanted)


class TokenizerTests(unittest.TestCase):
    def test_words_are_split_as_clip_splits_them(self):
        self.assertEqual(words('The  dog\'s 12 cafés!?'), ['the', 'dog', "'s", '1', '2', 'cafés', '!?'])

    def test_a_long_text_is_cut_and_keeps_its_end(self):
        tokenizer = Tokenizer('../default')
        ids = tokenizer.encode('dog ' * 100)
        self.assertEqual((len(ids), ids[0], ids[-1]), (MAX_TOKENS, tokenizer.start, tokenizer.end))


class TowerTests(unittest.TestCase):
    def test_padding_changes_no_vector(self):
        tower = TextTower(50, padding=49).eval()
        self.assertTrue(torch.allclose(tower(torch.tensor([[1, 2, 3]])), tower(torch.tensor([[1, 2, 3, 49, 49]])), atol=1e-5))

    @torch.no_grad()
    def test_a_folded_tower_is_unfolded_to_the_same_vectors(self):
        tower, pictures = PictureTower().eval(), torch.randint(0, 255, (24, 3, 64, 64), dtype=torch.uint8)
        for part in tower.modules():
            if isinstance(part, torch.nn.BatchNorm2d):
                part.running_mean.uniform_(-0.3, 0.3)
                part.running_var.uniform_(0.5, 2)
                part.weight.uniform_(0.5, 2)
                part.bias.uniform_(-0.5, 0.5)
        again = PictureTower()
        unfold_batch_norm(again, dict(fold_batch_norm(tower).named_parameters()), pictures)
        unseen = torch.randn(5, 3, 64, 64)
        self.assertTrue(torch.allclose(tower(unseen)[0], again.eval()(unseen)[0], atol=1e-4))

    def test_folding_batch_norm_changes_no_vector(self):
        tower, pictures = PictureTower(stem=16, widths=(16, 32, 48), depths=(1, 2, 1)), torch.rand(4, 3, 64, 64)
        tower(pictures)     # moves the running statistics away from their start
        tower.eval()
        for whole, folded in zip(tower(pictures), fold_batch_norm(tower)(pictures)):
            self.assertTrue(torch.allclose(whole, folded, atol=1e-5))

    def test_golden_pictures_are_bytes(self):
        for name, _, pixels in golden_pictures():
            self.assertTrue(pixels.min() >= 0 and pixels.max() <= 255, name)


class SceneTests(unittest.TestCase):
    def setUp(self):
        self.boats, self.pine = read_scene(BOATS, {'boat': 'vehicle'}), read_scene(PINE, {'dog': 'animal', 'pine': 'plant'})

    def grades(self, scene, caption):
        return judge([self.boats, self.pine], [claims_of(scene, caption)])[:, 0].tolist()

    def test_what_is_said_is_judged_and_what_is_not_said_is_not(self):
        self.assertEqual(self.grades(self.boats, 'two red boats under a yellow sun'), [3, 0])
        self.assertEqual(self.grades(self.boats, 'a boat'), [3, 0])
        blue = read_scene({**BOATS, 'objects': 'boat:blue:2:big;sun:yellow:1:medium:sky'}, {})
        self.assertEqual(judge([blue], [claims_of(self.boats, 'two red boats')]).item(), 2)
        self.assertEqual(judge([blue], [claims_of(self.boats, 'a red boat, flat illustration')]).item(), 2)

    def test_a_pine_is_a_tree(self):
        tree = claims_of(self.pine, 'a pine')
        tree = tree._replace(groups=(tree.groups[0]._replace(kind='tree'),))
        self.assertEqual(judge([self.pine], [tree]).item(), 3)

    def test_a_relation_is_told_from_either_side_and_turns_in_the_mirror(self):
        said = claims_of(self.pine, 'a green pine to the right of a brown dog')
        self.assertEqual(judge([self.pine, mirror(self.pine)], [said])[:, 0].tolist(), [3, 2])

    def test_every_caption_is_true_of_its_own_scene(self):
        for scene in (self.boats, self.pine):
            captions = [compose(scene, random.random())[1] for _ in range(300)]
            self.assertTrue((judge([scene], captions) == 3).all())

    def test_scenes_resemble_each_other_by_their_things(self):
        red = {**BOATS, 'objects': 'boat:red:2:big'}
        one_red, blue = {**red, 'objects': 'boat:red:1:big'}, {**red, 'objects': 'boat:blue:2:big'}
        alike = resemblance([read_scene(r, {}) for r in (red, one_red, blue, PINE, BOATS)])
        torch.testing.assert_close(alike[0], torch.tensor([1.0, 0.8, 0.6, 0.0, 0.75]))
        torch.testing.assert_close(alike, alike.T)


class LossTests(unittest.TestCase):
    def test_resemblance_is_rewarded(self):
        alike = torch.tensor([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]])
        right, wrong = torch.eye(3)[[0, 0, 1]], torch.eye(3)[[0, 1, 0]]
        self.assertLess(resemblance_loss(right, alike).item(), resemblance_loss(wrong, alike).item())

    def test_a_caption_true_of_two_pictures_pushes_neither_away(self):
        pictures = torch.eye(4)[:3]
        captions = torch.nn.functional.normalize(torch.tensor([[1.0, 1, 0, 0], [0, 0, 1, 0]]), dim=1)
        good = matches_loss(pictures, captions, as_targets(torch.tensor([[3, 0], [3, 0], [0, 3]])), Temperatures().captions)
        bad = matches_loss(pictures, captions, as_targets(torch.tensor([[3, 0], [0, 3], [0, 3]])), Temperatures().captions)
        self.assertLess(good.item(), bad.item())

    def test_views_keep_shape_and_range(self):
        whole, part, flipped = two_views(torch.randint(0, 256, (5, 3, 64, 64), dtype=torch.uint8))
        self.assertEqual((whole.shape, part.shape, flipped.shape), ((5, 3, 64, 64), (5, 3, 64, 64), (5,)))
        self.assertTrue(0 <= min(whole.min(), part.min()) and max(whole.max(), part.max()) <= 1)


if __name__ == '__main__':
    unittest.main()
