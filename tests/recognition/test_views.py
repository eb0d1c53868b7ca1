"""Several views of one line: what they look like, and how their readings become one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from handwriting import number_picture
from inkdigits.recognition.transcript import Candidate, Transcript, combine
from inkdigits.recognition.views import other_views, read_views
from inkdigits.segmentation import find_line


def transcript(*candidates: Candidate, blank: float = 0.0, other: float = 0.0) -> Transcript:
    return Transcript(candidates, sum(item.probability for item in candidates), blank, other)


def test_a_reading_that_more_views_share_wins_over_one_that_a_single_view_is_surer_of() -> None:
    views = [
        transcript(Candidate("7", 0.9), Candidate("17", 0.1)),
        transcript(Candidate("17", 0.8), Candidate("7", 0.2)),
        transcript(Candidate("17", 0.7), blank=0.3),
    ]
    found = combine(views)
    assert [item.text for item in found.candidates] == ["17", "7"]
    assert [item.probability for item in found.candidates] == pytest.approx([1.6 / 3, 1.1 / 3])
    assert (found.number, found.blank) == pytest.approx((2.7 / 3, 0.1))


def test_one_view_says_what_it_said() -> None:
    alone = transcript(Candidate("12", 0.6, "1.2"), Candidate("17", 0.3, "17"), other=0.1)
    assert combine([alone]) == alone


def test_readings_with_other_separators_are_one_with_the_likeliest() -> None:
    one = transcript(Candidate("12", 0.5, "1.2"), Candidate("17", 0.3, "17"))
    two = transcript(Candidate("12", 0.4, "1,2"), Candidate("12", 0.2, "1.2"), Candidate("17", 0.1, "1.7"))
    best, other = combine([one, two]).candidates
    assert (best.text, best.raw, best.probability) == ("12", "1.2", pytest.approx(0.55))
    assert (other.text, other.raw, other.probability) == ("17", "17", pytest.approx(0.2))


def test_what_is_not_legal_is_told_by_the_best_free_reading() -> None:
    one = Transcript((Candidate("12", 0.9),), 1.0, 0.0, 0.0, Candidate("72", 0.6), 0.2)
    two = Transcript((Candidate("12", 0.7),), 1.0, 0.0, 0.0, Candidate("1", 0.9), 0.4)
    found = combine([one, two])
    assert found.free == Candidate("1", 0.45)
    assert found.legal == pytest.approx(0.3)


def test_views_keep_the_ink_in_the_picture() -> None:
    line = np.zeros((32, 90), np.uint8)
    line[4:28, 20:24] = 255
    line[4:28, 60:64] = 255
    for view in other_views(line):
        assert view.dtype == np.uint8
        assert view.shape[0] == 32
        assert view.sum() == pytest.approx(line.sum() * view.shape[1] / 90, rel=0.05)


def test_writing_has_empty_columns_at_both_ends() -> None:
    line = find_line(number_picture("17"))
    assert not line.pixels[:, :8].any()
    assert not line.pixels[:, -8:].any()
    assert line.pixels.any()


def test_only_doubtful_lines_are_looked_at_again() -> None:
    asked: list[int] = []

    def frames_of(lines: Sequence[np.ndarray]) -> list[np.ndarray]:
        asked.append(len(lines))
        sure = [0.999 if line.max() == 255 else 0.6 for line in lines]
        return [np.log(np.array([[1 - share, share]], np.float32)) for share in sure]

    clear = np.zeros((32, 40), np.uint8)
    clear[8:20, 10:30] = 255
    found = read_views(frames_of, "7", [clear, clear // 2])
    assert asked == [2, 4]
    assert [transcript.candidates[0].text for _, transcript in found] == ["7", "7"]
    assert found[0][1].candidates[0].probability == pytest.approx(0.999)
    assert found[1][1].candidates[0].probability == pytest.approx(0.6)


@pytest.mark.parametrize(("most", "again"), [(None, [90, 60, 30]), (3, [90, 60, 30]), (2, [90, 60]), (0, [])])
def test_of_many_doubtful_lines_the_likeliest_numbers_are_looked_at_again(most: int | None, again: list[int]) -> None:
    asked: list[int] = []

    def frames_of(lines: Sequence[np.ndarray]) -> list[np.ndarray]:
        shares = [float(line.max()) / 100 for line in lines]
        asked.extend(round(share * 100) for share in shares)
        return [np.log(np.array([[1 - share, share]], np.float32)) for share in shares]

    lines = [np.full((32, 400), level, np.uint8) for level in (30, 90, 60)]
    found = read_views(frames_of, "7", lines, most_doubts=most)
    assert asked == [30, 90, 60, *(level for level in again for _ in range(4))]
    assert [transcript.candidates[0].text for _, transcript in found] == ["7"] * 3
