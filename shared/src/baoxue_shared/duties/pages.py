"""One page a duty, and one table by clause, generated from the catalogue itself."""

from collections.abc import Iterable, Iterator, Mapping

from baoxue_shared.duties.findings import rule_for
from baoxue_shared.duties.model import Duty, Variant
from baoxue_shared.duties.notice import clause_zh
from baoxue_shared.duties.reach import reachable
from baoxue_shared.duties.state import State
from baoxue_shared.duties.words import (
    Language,
    bearer_words,
    due_words,
    excuse_words,
    guard_words,
    requirement_words,
    rule_words,
    spec_words,
    trigger_words,
    word,
)

SAYS: Mapping[str, Mapping[Language, str]] = {
    "clause": {"zh": "条款", "en": "Clause"},
    "bearer": {"zh": "承担者", "en": "Bearer"},
    "trigger": {"zh": "起因", "en": "What starts it"},
    "requires": {"zh": "履行要求", "en": "What fulfils it"},
    "due": {"zh": "期限", "en": "Due"},
    "excuses": {"zh": "免责或顺延", "en": "Excuses"},
    "void": {"zh": "不再适用", "en": "Void by"},
    "forbids": {"zh": "禁止", "en": "Forbids"},
    "encouraged": {"zh": "鼓励（只作记录）", "en": "Encouraged (only recorded)"},
    "states": {"zh": "可能的状态", "en": "States it can reach"},
    "finding": {"zh": "问题整改", "en": "Finding"},
    "settings": {"zh": "设定值（通知未规定，可由本地设定）", "en": "Settings (the notice names no value)"},
    "sources": {"zh": "来源（未列者出自通知）", "en": "Sources (what is not named is the notice's)"},
    "validity": {"zh": "有效期", "en": "Valid"},
    "force": {"zh": "效力", "en": "Force"},
    "title": {"zh": "职责", "en": "Duty"},
}
FORCE: Mapping[str, Mapping[Language, str]] = {
    "must": {"zh": "必须", "en": "must"},
    "encouraged": {"zh": "鼓励：有则记录，不算未履行", "en": "encouraged: recorded, never missed"},
}
INDEX: Mapping[Language, str] = {
    "zh": "# 职责目录\n\n由目录数据生成（`baoxue duties pages shared/duties`），请勿手改。",
    "en": "# Duties\n\nGenerated from the catalogue (`baoxue duties pages shared/duties`); do not edit.",
}


def page(duty: Duty, lang: Language) -> str:
    """Markdown."""
    lines = [f"# {duty.id} {duty.title[lang]}", "", f"> {duty.text}", ""]
    clause = f"通知{clause_zh(duty.clause)}" if lang == "zh" else f"Notice § {duty.clause}"
    lines += [_line("clause", clause, lang), _line("force", FORCE[duty.force][lang], lang)]
    lines += [_line("validity", f"{duty.valid_from} – {duty.valid_to or ''}".rstrip(), lang), ""]
    for number, variant in enumerate(duty.variants, 1):
        lines += [f"## {number}. {bearer_words(variant, lang)}", "", *_variant(variant, lang), ""]
    return "\n".join([*lines, *_rest(duty, lang)]).rstrip() + "\n"


def _line(name: str, said: str, lang: Language) -> str:
    return f"- **{SAYS[name][lang]}**{'：' if lang == 'zh' else ': '}{said}"


def _variant(variant: Variant, lang: Language) -> Iterator[str]:
    yield _line("trigger", trigger_words(variant.trigger, lang), lang)
    yield _line("requires", requirement_words(variant.requires, lang), lang)
    yield _line("due", due_words(variant.due, lang), lang)
    for excuse in variant.excuses:
        yield _line("excuses", excuse_words(excuse, lang), lang)
    if variant.void_by:
        yield _line("void", " / ".join(spec_words(spec, lang) for spec in variant.void_by), lang)
    if variant.forbids:
        reasons = ", ".join(variant.forbids.when_any)
        yield _line("forbids", f"{spec_words(variant.forbids.spec, lang)} ← {reasons}", lang)
    for guard in variant.guards:
        yield _line("forbids", guard_words(guard, lang), lang)
    if variant.encouraged:
        yield _line("encouraged", " / ".join(spec_words(spec, lang) for spec in variant.encouraged), lang)


def _rest(duty: Duty, lang: Language) -> Iterator[str]:
    between = "、" if lang == "zh" else ", "
    yield _line("states", between.join(word("states", state.value, lang) for state in reachable(duty)), lang)
    yield _line("finding", _finding(duty, lang), lang)
    if duty.settings:
        yield _line("settings", "", lang)
        for name, value in duty.settings.items():
            yield f"  - `{name}` = {value} · {word('settings', name, lang)}"
    if duty.source:
        said = between.join(f"{word('fields', f, lang)} – {word('sources', s, lang)}" for f, s in duty.source.items())
        yield _line("sources", said, lang)
    if duty.note:
        yield f"- {duty.note[lang]}"


def _finding(duty: Duty, lang: Language) -> str:
    rule = rule_for(duty, State.MISSED)
    if rule is None or not rule.raises:
        return ("不产生：" if lang == "zh" else "none: ") + str(rule.why.get(lang, "") if rule else "")
    return "对承担机构及当时的责任人" if lang == "zh" else "against the bearer and the person responsible at the time"


def index(catalogue: Iterable[Duty], lang: Language) -> str:
    """One table by clause."""
    head = [SAYS[name][lang] for name in ("clause", "title", "bearer", "due")]
    lines = [INDEX[lang], "", "| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for duty in catalogue:
        bearers = dict.fromkeys(bearer_words(variant, lang) for variant in duty.variants)
        days = dict.fromkeys(due_words(variant.due, lang) for variant in duty.variants)
        link = f"[{duty.id}]({duty.id}.md) {duty.title[lang]}"
        cells = (duty.clause, link, "；".join(bearers), "；".join(days))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def pages(catalogue: Iterable[Duty]) -> Mapping[str, str]:
    """Every file of the generated documentation, by its path."""
    duties = tuple(catalogue)
    languages: tuple[Language, ...] = ("zh", "en")
    found = {f"{lang}/{duty.id}.md": page(duty, lang) for lang in languages for duty in duties}
    return found | {f"{lang}/README.md": index(duties, lang) for lang in languages}


def explained(duty: Duty) -> dict[str, object]:
    """The duty in words, for answers: title, clause, rule of each variant, settings, what it waits for."""
    languages: tuple[Language, ...] = ("zh", "en")
    return {
        "duty_id": duty.id,
        "title": dict(duty.title),
        "clause": duty.clause,
        "text": duty.text,
        "force": duty.force,
        "rule": {lang: [rule_words(variant, lang) for variant in duty.variants] for lang in languages},
        "settings": dict(duty.settings),
        "waiting_for": list(duty.waiting_for),
    }
