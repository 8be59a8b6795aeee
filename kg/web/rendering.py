"""Pages as HTML: the templates of the site, and what every one of them can use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from jinja2 import PackageLoader

from kg.pages.assets import asset
from kg.pages.names import Names
from kg.pages.parts import environment, known
from kg.version import VERSION
from kg.web.islands import islands
from kg.web.site import language

if TYPE_CHECKING:
    from starlette.requests import Request

    from kg.web.site import Site

__all__ = ["names", "render"]

_TEMPLATES = environment(PackageLoader("kg.web"))


def names(request: Request) -> Names:
    """Names and addresses for the reader of a request."""
    site: Site = request.app.state.site
    return Names(site.kg.lexicon, language(request), site.settings.prefix)


def render(request: Request, template: str, **context: Any) -> str:
    """A template as HTML; `islands`, `asset`, `path` and `other` are known beside what `kg.pages.parts.known` gives."""
    reader = names(request)
    mirror = replace(reader, lang="en" if reader.lang == "zh" else "zh")
    path = str(request.scope["path"]).removeprefix(reader.prefix) or "/"
    pairs = [(name, value) for name, value in parse_qsl(request.url.query) if name != "lang"]
    return _TEMPLATES.get_template(template).render(
        **known(reader),
        other=f"{reader.prefix}{quote(path)}?{urlencode([*pairs, ('lang', mirror.lang)], quote_via=quote)}",
        path=path,
        islands=lambda *wanted: islands(reader.prefix, *wanted),
        asset=lambda name: asset(reader.prefix, name),
        version=VERSION,
        **context,
    )
