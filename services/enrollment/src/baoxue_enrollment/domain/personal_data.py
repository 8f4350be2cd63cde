"""What is personal of a child, field by field sealed."""

import msgspec
from baoxue_shared.sealed import Sealed


class Identity(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who the child is and who stands for it: every field sealed under the child's key."""

    name: Sealed
    sex: Sealed
    born_on: Sealed
    household_number: Sealed
    id_number: Sealed | None = None
    relation: Sealed | None = None  # 与户主关系
    guardian_name: Sealed | None = None
    guardian_phone: Sealed | None = None
    groups: Sealed | None = None  # 特殊群体, as written in the register
    guardian_relation: Sealed | None = None
    deputy_name: Sealed | None = None  # 委托照护人, mostly a grandparent
    deputy_phone: Sealed | None = None
    deputy_relation: Sealed | None = None
