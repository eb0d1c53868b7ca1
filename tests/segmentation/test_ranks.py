"""Quick quantiles and medians are NumPy's, to the last bit."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inkdigits.segmentation.ranks import medians, quantile

LEVELS = st.floats(0, 1e4, allow_subnormal=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(LEVELS | st.integers(0, 400).map(float), min_size=1, max_size=40), st.integers(0, 100))
def test_a_quantile_is_that_of_numpy(values: list[float], percent: int) -> None:
    ranked = np.sort(np.array(values))
    assert quantile(ranked, percent / 100) == np.quantile(ranked, percent / 100)
    heights = ranked.astype(np.int32)
    assert quantile(heights, percent / 100) == np.quantile(heights, percent / 100)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([np.float32, np.float64]), st.integers(1, 3), st.integers(1, 30), st.data())
def test_medians_are_those_of_numpy(kind: type[np.floating], rows: int, count: int, data: st.DataObject) -> None:
    values = data.draw(arrays(kind, (rows, count), elements=st.floats(0, 1e4, width=16, allow_subnormal=False)))
    found = medians(values)
    assert found.dtype == kind
    assert found.tolist() == np.median(values, axis=1).tolist()
    assert float(medians(values[0])) == float(np.median(values[0]))
