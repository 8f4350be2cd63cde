"""A duty in words, Chinese and English, from the same data that the engine reads."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal

from baoxue_shared.duties.kinds import data
from baoxue_shared.duties.lined import read
from baoxue_shared.duties.model import (
    AllOf,
    AnyOf,
    Condition,
    Count,
    Cover,
    Due,
    Each,
    EventSpec,
    Excuse,
    Guard,
    Never,
    Node,
    Ratio,
    Sequence,
    Trigger,
    Variant,
)

Language = Literal["zh", "en"]
Both = Mapping[Language, str]


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The table of words."""
    table: Mapping[str, Mapping[str, Mapping[str, str]]] = read(data("words.yaml"))
    return table


def word(room: str, name: str, lang: Language) -> str:
    """Of a body, set, quantity, period, state, source or setting; its own name where the table lacks it."""
    return str(words()[room].get(name, {}).get(lang, name))


def event_words(kind: str, lang: Language) -> str:
    """Of an event type."""
    if lang == "zh":
        return str(words()["events"].get(kind, kind))
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind).lower()


def spec_words(spec: EventSpec, lang: Language) -> str:
    """An event with its conditions."""
    said = [_condition(condition, lang) for condition in spec.where]
    if spec.within:
        said.append(_WITHIN[spec.within][lang])
    brackets = ("（", "）", "，") if lang == "zh" else (" (", ")", ", ")
    return event_words(spec.kind, lang) + (brackets[0] + brackets[2].join(said) + brackets[1] if said else "")


_WITHIN: Mapping[str, Both] = {
    "term": {"zh": "在期内", "en": "within the term"},
    "start": {"zh": "自起因之日起", "en": "from the start on"},
    "year": {"zh": "在当年", "en": "in that year"},
}


def _condition(condition: Condition, lang: Language) -> str:
    field, test, value = condition
    if test == "period_end":
        return f"{field} = " + ("期末" if lang == "zh" else "the period's end")
    if test == ">=":
        return f"{field} ≥ {value}"
    given = (" 或 " if lang == "zh" else " or ").join(map(str, value if isinstance(value, tuple) else (value,)))
    return f"{field} = {given}"


def requirement_words(node: Node, lang: Language) -> str:
    """What fulfils it."""
    inner: Callable[[Node], str] = lambda part: requirement_words(part, lang)  # noqa: E731 - one line
    zh = lang == "zh"
    match node:
        case EventSpec():
            return spec_words(node, lang)
        case AllOf(parts, same):
            alike = (f"（{'、'.join(same)} 相同）" if zh else f" (same {', '.join(same)})") if same else ""
            return ("全部：" if zh else "all of: ") + "；".join(map(inner, parts)) + alike
        case AnyOf(parts):
            return ("任一：" if zh else "any of: ") + " / ".join(map(inner, parts))
        case Sequence(parts):
            return ("依次：" if zh else "in order: ") + " → ".join(map(inner, parts))
        case Each(of=of, members=members, part=part):
            every = "、".join(members) if isinstance(members, tuple) else word("sets", of, lang)
            return f"每一（{every}）都有：[{inner(part)}]" if zh else f"for each of ({every}): [{inner(part)}]"
        case _:
            return _measured(node, lang)


def _measured(node: Node, lang: Language) -> str:
    zh = lang == "zh"
    match node:
        case Count(specs, least, most):
            kinds = " / ".join(spec_words(spec, lang) for spec in specs)
            more = "" if most is None else (f"，多于 {most} 次只作记录" if zh else f"; more than {most} is only noted")
            return f"{kinds}至少 {least} 次{more}" if zh else f"{kinds}: at least {least}{more}"
        case Ratio(share, base, least):
            names = f"{word('quantities', share.name, lang)} ÷ {word('quantities', base.name, lang)}"
            return f"{names} ≥ {float(least):.0%}" + (
                "（基数为零则免责）" if zh else " (excused when the base is zero)"
            )
        case Cover():
            return _cover(node, lang)
        case Never(specs):
            return ("不得有：" if zh else "never: ") + " / ".join(spec_words(spec, lang) for spec in specs)
        case _:
            raise TypeError(node)


def _cover(cover: Cover, lang: Language) -> str:
    opens, until = (" / ".join(spec_words(s, lang) for s in specs) for specs in (cover.opens, cover.until))
    if lang == "zh":
        rhythm = f"，每次管 {cover.lasts} 天" if cover.lasts else ""
        return f"{cover.first_days} 天内有“{opens}”，此后不间断{rhythm}，至“{until}”为止"
    rhythm = f", each lasting {cover.lasts} days" if cover.lasts else ""
    return f"{opens} within {cover.first_days} days, then without a gap{rhythm}, until {until}"


def trigger_words(trigger: Trigger, lang: Language) -> str:
    """What starts it."""
    zh = lang == "zh"
    if trigger.window:
        first, last = trigger.window
        return f"每年 {first} 至 {last}" if zh else f"each year from {first} to {last}"
    if trigger.event:
        return spec_words(trigger.event, lang)
    if trigger.always:
        return "始终" if zh else "always"
    kinds = "、".join(word("periods", kind, lang) for kind in trigger.kinds)
    period = word("periods", str(trigger.period), lang)
    return (f"每{period}" if zh else f"each {period}") + (f"（{kinds}）" if kinds else "")


def due_words(due: Due, lang: Language) -> str:
    """By when."""
    zh = lang == "zh"
    match due.rule:
        case "end":
            said = "期末当日" if zh else "the last day of the term"
        case "after":
            unit = {"workday": ("个工作日", "workdays"), "calendar_day": ("天", "calendar days")}[due.unit]
            first = ("（首日计入）" if zh else " (first day counted)") if due.included else ""
            said = (f"{due.days} {unit[0]}内" if zh else f"within {due.days} {unit[1]}") + first
        case "on":
            said = f"{due.on} 前（含当日）" if zh else f"by {due.on}"
        case "field":
            kinds = [event_words(spec.kind, lang) for spec in due.specs] or ["起因" if zh else "what starts it"]
            kind = (" 或 " if zh else " or ").join(kinds)
            said = f"{kind}所载日期（{due.field}）" if zh else f"the day named there: {kind}, {due.field}"
        case "continuous":
            said = "不间断" if zh else "without a gap"
        case _:
            said = "不设期限" if zh else "no day"
    return said + (("，遇休息日顺延" if zh else ", rolled to the next workday") if due.roll != "none" else "")


def excuse_words(excuse: Excuse, lang: Language) -> str:
    """What excuses, and how."""
    zh, what = lang == "zh", spec_words(excuse.spec, lang)
    effects = {
        "excuse": ("免责", "excused"),
        "extend_to_next_period": ("延至下一期末", "due at the end of the next period"),
        "stop_clock": ("停止计日", "the clock stands"),
    }
    until = f"（至 {excuse.until}）" if excuse.until else ""
    return f"{what}：{effects[excuse.effect][0]}{until}" if zh else f"{what}: {effects[excuse.effect][1]}{until}"


def guard_words(guard: Guard, lang: Language) -> str:
    """Which command is refused, and when."""
    zh, joined = lang == "zh", "，" if lang == "zh" else ", "
    said = word("commands", guard.command, lang)
    if guard.when or guard.when_any:
        given = [*(_condition(c, lang) for c in guard.when), *guard.when_any]
        said += ("，当：" if zh else " when ") + joined.join(given)
    if guard.unless:
        said += ("，除非：" if zh else " unless ") + joined.join(_condition(c, lang) for c in guard.unless)
    return said + ("：系统在决定前拒绝" if zh else ": refused before it is decided")


def bearer_words(variant: Variant, lang: Language) -> str:
    """Who bears it, through whom."""
    zh, said = lang == "zh", word("bodies", variant.body, lang)
    if variant.each:
        said += f"（对每所{word('bodies', variant.each, lang)}）" if zh else f" (for each {variant.each})"
    if variant.otherwise:
        other = word("bodies", variant.otherwise, lang)
        said += f"，无则{other}" if zh else f", else {other}"
    if variant.through:
        through = "、".join(word("bodies", body, lang) for body in variant.through)
        said += f"，通过{through}" if zh else f", through {through}"
    return said


def rule_words(variant: Variant, lang: Language) -> str:
    """Bearer, start, requirement and day in one line."""
    parts = (
        bearer_words(variant, lang),
        trigger_words(variant.trigger, lang),
        requirement_words(variant.requires, lang),
        due_words(variant.due, lang),
    )
    return " · ".join(parts)
