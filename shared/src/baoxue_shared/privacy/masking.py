"""Names in lists where the full name is not needed."""

from baoxue_shared.privacy.sealer import ERASED

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "宇文",
        "长孙",
        "端木",
        "南宫",
        "呼延",
        "独孤",
        "完颜",
        "赫连",
    ]
)


def masked_name(name: str) -> str:
    """`张小明` → `张**`, `欧阳娜娜` → `欧阳**`; what was erased stays visible as erased."""
    if name == ERASED:
        return name
    compound = any(name.startswith(surname) and name != surname for surname in COMPOUND_SURNAMES)
    shown = len("欧阳") if compound else 1
    return name[:shown] + "*" * (len(name) - shown)
