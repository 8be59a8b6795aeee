"""Files that the tests make: pages in the manner of several sites, Word documents and PDFs, all of an invented city."""

from __future__ import annotations

import io
import zipfile
import zlib

TITLE = "临江市城管局：全年整修井盖4260座 群众满意率96.8%"
LINES = [
    "寒冬清晨，临江市城市管理局的巡查车已经开过第三个路口。",
    "一、补齐设施短板",
    "2025年，临江市城市管理局整修井盖4260座，同比增长12.5%。",
    "建成“灯亮行动”示范街21条",
    "指标\t2024年\t2025年",
    "垃圾清运量（万吨）\t86.4\t91.7",
    "▲工作人员更换护栏。",
    "短句。",
    "下一步，临江市城市管理局将力争新增停车泊位3000个。",
    "记者 乔木",
]
ARTICLE = "\n".join([TITLE, *LINES])

_LINKS = "".join(f"<li><a>{name}</a></li>" for name in ("首页", "新闻中心", "政务公开", "互动交流", "走进临江"))
NAV = f"<div class='header'><a href='/'>临江市人民政府</a><ul>{_LINKS}</ul></div>"
FOOT = "<div class='foot'><p>主办：市政府办公室，承办：大数据中心</p><p>临ICP备05000001号 您是第18位访问者</p></div>"
_NEWS = ["临江市春节假期接待游客128万人次", "全市粮食总产量达到63.5万吨", "市住建局交付保障房2300套"]
_TEASERS = "".join(f"<a href='/'>{news}</a><p>近日，记者从有关部门获悉，{news}，创历史新高。</p>" for news in _NEWS)
HOT = f"<div class='right'><b>热点推荐</b>{_TEASERS}</div>"
SHARE = "<div class='bdsharebuttonbox'>分享到：<a>微信</a><a>微博</a> <a>打印本页</a></div>"
DATELINE = "<p>2026-01-15 09:26　来源：市城管局　【字号：<a>大</a> <a>中</a> <a>小</a>】</p>"


def paragraphs(*, indent: str = "&emsp;&emsp;", numbers: str = "{}", tag: str = "p") -> str:
    """The article's lines as a CMS writes them: indents, a list, a table, a caption under a picture."""
    out = []
    for line in LINES:
        if "\t" in line:
            cells = "".join(f"\n<td><p>{cell}</p></td>" for cell in line.split("\t"))
            out.append(f"<table><tr>{cells}\n</tr></table>")
        elif line.startswith("建成"):
            out.append(f"<ul>\n<li>{line}</li>\n</ul>")
        elif line.startswith("▲"):
            out.append(f"<p><img alt='图片99张' src='a.jpg'><br><span>{line}</span></p>")
        else:
            out.append(f"<{tag} class='p'>{indent}{line.replace('4260', numbers.format('4260'))}</{tag}>\r\n")
    return "".join(out)


def page(body: str, head: str = "") -> str:
    """A whole page with a script and a style."""
    script = "<script>var a = '<p>脚本里的100件。</p>';</script><style>p { margin: 0 }</style>"
    return f"<!DOCTYPE html><html><head>{head}{script}</head><body>{body}</body></html>"


def _titled(title: str, name: str = "") -> str:
    return f"<meta name='{name}' content='{title}'><title></title>" if name else f"<title>{title}</title>"


PAGES = {
    "government": page(
        f"{NAV}<div>当前位置：<a>首页</a> &gt; <a>动态</a></div><h1>{TITLE}</h1>{DATELINE}<div id='UCAP-CONTENT'>"
        f"{paragraphs()}</div>（责任编辑：王某）{SHARE}{HOT}{FOOT}",
        _titled(f"{TITLE}_临江市人民政府") + "<meta name='PubDate' content='2026-01-15 09:26'>",
    ),
    "spans": page(
        f"{NAV}<div>{TITLE}</div><div>发布时间：2026-01-15　来源：市城管局　浏览量：<span>23</span></div>"
        f"<div class='TRS_Editor'>{paragraphs(indent='　　', numbers='<span>{}</span>')}</div>"
        f"<div>扫一扫在手机打开当前页</div>{SHARE}{FOOT}",
        _titled(TITLE, "ArticleTitle"),
    ),
    "wechat": page(
        f"<h1>{TITLE}</h1><div><em>2026年1月15日 09:26</em></div><div id='js_content' style='visibility: hidden'>"
        f"<section>点击蓝字 关注我们</section>{paragraphs(tag='section')}</div>"
        "<div>阅读 5万+ 赞 123</div><div class='comment'><p>市民甲：今年真不错，门口修了3个井盖。</p></div>",
        _titled(TITLE, "og:title"),
    ),
    "newspaper": page(
        f"<table><tr><td>临江日报 <a>第01版：要闻</a><ul><li><a>{TITLE}</a></li></ul></td><td>"
        f"<div>2026年01月15日 星期四</div><div id='ozoom'><div>{TITLE}</div>"
        f"<founder-content>{paragraphs(indent='&nbsp;')}</founder-content></div>"
        "</td></tr></table><div>版权所有 临江日报社</div>",
        _titled(f"临江日报数字报-{TITLE}"),
    ),
    "no-names": page(
        f"{NAV}<div><div><div><b>{TITLE}</b></div><div>时间：2026-01-15 作者：办公室</div>"
        f"<div>{paragraphs()}</div></div>{HOT}</div>",
        _titled(TITLE),
    ),
    "premature-end": page(
        f"{NAV}</body></html><h2><a>{TITLE}</a></h2><time datetime='2026-01-15T09:26:00+08:00'></time>"
        f"<div style='display:none'>{paragraphs()}</div><div>{paragraphs()}</div>{FOOT}",
        _titled(TITLE),
    ),
    "unclosed": page(
        f"<CENTER><A>首页</A>|<A>要闻</A></CENTER><FONT SIZE=5>{TITLE}</FONT><HR>2026-01-15<HR>"
        f"{paragraphs().replace('</p>', '')}<HR>版权所有：临江市城管局",
        _titled(TITLE),
    ),
}
"""Pages of seven sorts of sites that all hold the article and the date."""

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="urn:mc"'


def docx(
    body: str, name: str = "word/document.xml", compression: int = zipfile.ZIP_DEFLATED, prolog: str = ""
) -> bytes:
    """A Word document with such a body."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, f"{prolog}<w:document {_W}><w:body>{body}</w:body></w:document>")
    return file.getvalue()


def run(text: str) -> str:
    """A run of text of a Word document."""
    return f"<w:r><w:t>{text}</w:t></w:r>"


def pdf(*pages: list[str], trailer: str = "") -> bytes:
    """A PDF with lines of Chinese on each page, in a font that every reader knows and none has to embed."""
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(len(pages)))
    font = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>"
    descendant = (
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
        "/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        "/Ascent 880/Descent -120/CapHeight 880/StemV 93>>/DW 1000>>"
    )
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()]
    objects += [font.encode(), descendant.encode()]
    for index, lines in enumerate(pages):
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td " for line in lines)
        stream = zlib.compress(f"BT /F1 10 Tf 50 780 Td {shown}ET".encode())
        at = f"/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {6 + 2 * index} 0 R/Resources<</Font<</F1 3 0 R>>>>"
        objects.append(f"<</Type/Page{at}>>".encode())
        objects.append(f"<</Length {len(stream)}/Filter/FlateDecode>>stream\n".encode() + stream + b"\nendstream")
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    root = f"trailer <</Size {len(objects) + 1}/Root 1 0 R{trailer}>>"
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{root}\nstartxref\n{len(out)}\n%%EOF"
    return out + end.encode()
