"""The tools of the extraction benchmark, each run in a process of its own: `extract_tools.py TOOL RUNS < documents`.

Reads documents as one JSON list, prints one JSON object: the rows of each document, characters a second (the median
and the best of warm runs, by the time of the processor), peak memory and versions. A peer needs nothing of the project:
it can run in another environment. What a tool reads into rows is written down here in the open; improve it where it is
unfair.
"""

from __future__ import annotations

import importlib
import json
import math
import re
import resource
import statistics
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]

_SHORTEST = 0.3  # seconds of one timed run
_NUMBER = re.compile(
    r"(?P<rank>第[1-9一二三四五六七八九](?![个批届次期季\d])位?|首位)|"
    r"(?P<before>约|近|超过?|逾|突破)?(?:\*\*)?(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<more>[余多])?(?P<scale>[百千]?[万亿]?)(?:\*\*)?"
    r"(?P<late>[余多])?(?P<unit>个百分点|平方公里|平方米|公里|公斤|元|%|人次|户次|场次|家次|件次|批次|"
    r"[个家户人名件起项条处次场所座台辆套份宗批亩吨倍天岁张种幢栋])?(?P<after>以上|左右)?(?![\d年月日时点:：\-—])"
)
_SCALES = {
    "": 1,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "百亿": 10**10,
    "千亿": 10**11,
}
_UNITS = {"天": "day", "%": "percent", "个百分点": "percentage_point", "元": "CNY", "平方公里": "km2", "平方米": "m2"}


def _rank(words: str) -> str:
    found = re.search(r"\d", words)
    return found.group() if found else str(max(1, "首一二三四五六七八九".find(words.strip("第位") or "首")))


def regex30(document: Row) -> list[Row]:
    """The honest floor: one regular expression and the first guess for every field, in some thirty lines."""
    rows, text, year = [], document["text"], int(document["published"][:4])
    year -= document["published"][5:7] < "03"
    agencies = document["agencies"]
    for match in _NUMBER.finditer(text):
        clause = re.split(r"[，。；：！？、\n]", text[max(0, match.start() - 40) : match.start()])[-1]
        unit = "rank" if match["rank"] else match["unit"] or ""
        if not unit and not match["scale"]:
            continue
        changes = unit in {"%", "个百分点"} and re.search(r"增|升|提高|降|减|少", clause)
        share = "share" if "占" in clause else "rate"
        bound = {"约": "about", "近": "at_most"}.get(match["before"] or "", "at_least" if match["before"] else "exact")
        bound = "at_least" if match["more"] or match["late"] or match["after"] == "以上" else bound
        noun = re.split(r"[，。；：！？、\n0-9]", text[match.end() : match.end() + 20])[0]
        kind = {"%": "change" if changes else share, "个百分点": "points", "倍": "multiple", "rank": "rank"}.get(
            unit, "level"
        )
        digits = match["digits"] or _rank(match["rank"])
        value = float(digits.replace(",", "")) * _SCALES.get(match["scale"], 1)
        rows.append({
            "start": match.start(),
            "end": match.end(),
            "kind": kind,
            "value": f"{value:.6f}",
            "bound": "about" if match["after"] == "左右" else bound,
            "unit": _UNITS.get(unit, unit),
            "direction": ("down" if re.search(r"降|减|少", clause) else "up") if kind in {"change", "points"} else None,
            "metric": (clause + noun)[-32:],
            "agency": agencies[0] if len(agencies) == 1 else None,
            "period": [f"{year}-01-01", f"{year}-12-31"],
            "status": "planned" if re.search(r"将|力争|计划", clause) else "achieved",
        })  # fmt: skip
    return rows


def _ours() -> Callable[[Row], list[Row]]:
    from kg.cli.lexicons import choose_lexicon, load_lexicon  # noqa: PLC0415 - a peer's environment has no kg
    from kg.interval import plain  # noqa: PLC0415 - the same
    from kg.model import Document  # noqa: PLC0415 - the same
    from loaders.press import extract  # noqa: PLC0415 - the same

    lexicons: dict[str, Any] = {}

    def read(document: Row) -> list[Row]:
        place = document["place"]
        if place not in lexicons:
            lexicons[place] = load_lexicon(choose_lexicon(None, None, place))
        taken = extract(Document(**{**document, "agencies": tuple(document["agencies"])}), lexicons[place])
        return [
            {
                "start": claim.passage.start,
                "end": claim.passage.end,
                "kind": claim.kind,
                "value": None if claim.value is None else plain(claim.value),
                "bound": claim.bound,
                "unit": claim.unit,
                "direction": claim.direction,
                "metric": claim.metric_wording,
                "agency": claim.agency,
                "period": [str(claim.period.start), str(claim.period.end)],
                "status": claim.status,
            }
            for claim in (it.claim for it in taken.claims)
        ]

    return read


def _recognizers() -> Callable[[Row], list[Row]]:
    """Numbers, percentages, money and dimensions; of spans that overlap the longest."""
    number = importlib.import_module("recognizers_number")
    united = importlib.import_module("recognizers_number_with_unit")
    names = ("recognize_number", "recognize_percentage"), ("recognize_currency", "recognize_dimension")
    models = [getattr(module, name) for module, found in zip((number, united), names, strict=True) for name in found]
    chinese = number.Culture.Chinese

    def read(document: Row) -> list[Row]:
        found = [item for model in models for item in model(document["text"], chinese)]
        found.sort(key=lambda item: (item.start - item.end, item.start))
        rows: list[Row] = []
        used: set[int] = set()
        for item in found:
            if not used.intersection(range(item.start, item.end + 1)):
                used.update(range(item.start, item.end + 1))
                value = str((item.resolution or {}).get("value") or "").rstrip("%")
                if "分之" in item.text and "%" not in item.text and _is_number(value):
                    value = str(float(value) * 100)  # the gold writes fractions as percent
                rows.append({"start": item.start, "end": item.end + 1, "value": value})
        return rows

    return read


def _jionlp() -> Any:
    sys.stdout, stdout = sys.stderr, sys.stdout  # it greets
    module = importlib.import_module("jionlp")
    sys.stdout = stdout
    return module


def _money() -> Callable[[Row], list[Row]]:
    """Money with its amount; of a range the lower end."""
    module = _jionlp()

    def read(document: Row) -> list[Row]:
        rows = []
        for item in module.ner.extract_money(document["text"], with_parsing=True):
            amount = (item.get("detail") or {}).get("num")
            value = amount[0] if isinstance(amount, list) else amount
            rows.append({"start": item["offset"][0], "end": item["offset"][1], "value": value})
        return rows

    return read


def _times() -> Callable[[Row], list[Row]]:
    """Time words with the days that they cover, seen from the day of publication."""
    module = _jionlp()

    def read(document: Row) -> list[Row]:
        base = datetime(*(int(part) for part in f"{document['published']}-01".split("-")[:3]), tzinfo=UTC)  # type: ignore[misc,arg-type]
        rows = []
        for item in module.ner.extract_time(document["text"], time_base=base.timestamp(), with_parsing=True):
            detail = item.get("detail") or {}
            if detail.get("type") in {"time_point", "time_span"}:
                period = [str(end)[:10] for end in detail["time"]]
                rows.append({"start": item["offset"][0], "end": item["offset"][1], "period": period})
        return rows

    return read


def _jieba() -> Callable[[Row], list[Row]]:
    """Runs of words tagged m (numeral) and q (measure word); no values."""
    tagger = importlib.import_module("jieba.posseg")

    def read(document: Row) -> list[Row]:
        rows: list[Row] = []
        at, open_ = 0, False
        for word, tag in tagger.cut(document["text"]):
            counts = tag in {"m", "mq"} or (open_ and (tag == "q" or word == "%"))
            if counts and open_:
                rows[-1]["end"] = at + len(word)
            elif counts:
                rows.append({"start": at, "end": at + len(word)})
            at, open_ = at + len(word), counts
        return rows

    return read


_TOOLS: dict[str, tuple[Callable[[], Callable[[Row], list[Row]]], tuple[str, ...]]] = {
    "ours": (_ours, ()),
    "regex30": (lambda: regex30, ()),
    "recognizers": (_recognizers, ("recognizers-text-number", "recognizers-text-number-with-unit")),
    "jionlp-money": (_money, ("jionlp",)),
    "jionlp-time": (_times, ("jionlp",)),
    "jieba": (_jieba, ("jieba",)),
}


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _passes(read: Callable[[Row], list[Row]], documents: list[Row], runs: int) -> tuple[float, float]:
    """The median and the fewest seconds of one pass over the documents, each run long enough to be timed."""

    def seconds(times: int) -> float:
        start = time.process_time()
        for _ in range(times):
            for document in documents:
                read(document)
        return (time.process_time() - start) / times

    times = math.ceil(_SHORTEST / max(seconds(1), 1e-6))
    taken = [seconds(times) for _ in range(runs)]
    return statistics.median(taken), min(taken)


def _peak() -> float:
    """The peak memory of this process in MiB; what the system counts for it would hold that of its parent."""
    status = Path("/proc/self/status")
    if status.is_file() and (found := re.search(r"VmHWM:\s*(\d+) kB", status.read_text("ascii"))):
        return int(found.group(1)) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Run one tool; exit with 3 where its package is not there."""
    tool, runs = sys.argv[1], int(sys.argv[2])
    documents = json.load(sys.stdin)
    start, packages = _TOOLS[tool]
    try:
        read = start()
    except ImportError as error:
        sys.exit(f"not installed: {error.name}" if error.name else str(error))
    rows = {document["id"]: read(document) for document in documents}
    median, fewest = _passes(read, documents, runs)
    characters = sum(len(document["text"]) for document in documents)
    json.dump(
        {
            "rows": rows,
            "speed": characters / median,
            "best": characters / fewest,
            "memory": _peak(),
            "versions": {package: version(package) for package in packages},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
