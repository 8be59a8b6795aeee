"""The parts of HTML that pages and notebooks share, and what every template can use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kg.pages.charts import sparkline
from kg.pages.periods import period_text
from kg.pages.statements import chart, point

if TYPE_CHECKING:
    from jinja2 import BaseLoader

    from kg.pages.names import Names

__all__ = ["environment", "known"]


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
        "charts_of": lambda found: [chart(it, names) for it in found if len(it.statements) > 1],
    }


def _markup(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - kg.pages.charts escapes what it writes
