"""Lists show no more of a name than they need."""

import pytest
from baoxue_shared.privacy.masking import masked_name
from baoxue_shared.privacy.sealer import ERASED


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张小明", "张**"), ("张明", "张*"), ("欧阳娜娜", "欧阳**"), ("欧阳", "欧*"), ("", ""), (ERASED, ERASED)],
)
def test_masked_name(name: str, shown: str) -> None:
    assert masked_name(name) == shown
