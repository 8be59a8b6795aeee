"""The parts of HTML that pages and notebooks share, and what every template can use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kg.pages.charts import sparkline
from kg.pages.periods import period_text
from kg.pages.statements import chart_data, drawn, point

if TYPE_CHECKING:
    from jinja2 import BaseLoader

    from kg.pages.names import Names

__all__ = ["embedded", "environment", "known"]


def environment(*loaders: BaseLoader) -> Environment:
    """Templates that escape what they are given and fail for a name that nobody gave; the shared parts come last."""
    return Environment(
        loader=ChoiceLoader([*loaders, PackageLoader("kg.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def known(names: Names) -> dict[str, Any]:
    """What a template can use: texts in the reader's language, labels, addresses, periods and charts."""
    return {
        "names": names,
        "lang": names.lang,
        "t": names.t,
        "label": names.label,
        "link": names.link,
        "url": names.url,
        "period": lambda start, end: period_text(start, end, names.lang),
        "sparkline": lambda found: _markup(sparkline([point(it, names) for it in found], names.lang)),
        "chart": lambda series: _markup(drawn(series, names)),
        "chart_data": lambda series: _markup(embedded(chart_data(series, names))),
    }


def embedded(data: object) -> str:
    """JSON that can stand inside a script element: nothing in it ends the element."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _markup(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - kg.pages.charts and `embedded` escape what they write
