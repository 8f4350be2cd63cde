"""What `/readyz` says: why a service cannot take commands, and what an operator should look at although it can."""

import asyncio
import os
import shutil
from typing import TYPE_CHECKING

from baoxue_shared.errors import OverloadedError
from baoxue_shared.evidence.confirming import RolledBackLogError, UnconfirmedError
from baoxue_shared.history.opening import is_sqlite

if TYPE_CHECKING:
    from baoxue_shared.service import World

ANSWERS_WITHIN = 1.0  # seconds: a database that is slower is not ready
FEW_BYTES = 256 * 1024 * 1024


async def faults(world: "World") -> list[str]:
    """Empty when ready. The broker may be down: recording goes on without it."""
    found = []
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await world.store.last_position()
    except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
        found.append(f"数据库不应答 / the database does not answer ({type(error).__name__})")
    try:
        world.evidence.admit()
    except RolledBackLogError:
        found.append("数据库被退回，须按恢复程序处理 / the database was rolled back: see baoxue restore --verify")
    except UnconfirmedError:
        found.append("正在向见证方核对日志 / witnesses are asked how far the log had come")
    except OverloadedError:
        found.append("证据日志滞后，暂停受理 / the evidence log lags, commands are refused")
    if not os.access(world.settings.keys, os.R_OK | os.W_OK | os.X_OK):
        found.append("密钥目录不可读写 / the folder of keys (…_KEYS) cannot be read and written")
    return found


async def warnings(world: "World") -> list[str]:
    """What does not stop the service: broker away, messages parked, little room on the disk."""
    found = []
    if world.client is None or not world.client.is_connected:
        found.append("消息服务未连接，记录照常 / NATS is not connected; recording goes on")
    clock = world.deadline_clock
    if clock is not None and clock.waits_for:
        found.append(f"期限时钟在等待 / the deadline clock waits ({clock.waits_for})")
    if await _parked(world):
        found.append("有搁置的消息，见 baoxue parked list / messages are parked, see baoxue parked list")
    settings = world.settings
    folders = [settings.keys, *([settings.store_path.parent] if is_sqlite(settings.store) else [])]
    if any(shutil.disk_usage(folder).free < FEW_BYTES for folder in folders if folder.exists()):
        found.append("磁盘空间不足 256 MB / less than 256 MB left on the disk")
    return found


async def _parked(world: "World") -> bool:
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            return bool(await world.store.fetch(f"select 1 from {world.name}_parked limit 1"))
    except Exception:  # noqa: BLE001 - told among the faults
        return False
