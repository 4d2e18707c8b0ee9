"""What a report in HTML must be: well nested, self-contained, and readable without seeing it."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"meta", "img", "br", "hr", "link", "input"}
_LOADS = {"src", "srcset", "href", "data", "action", "poster", "background"}


class Checked(HTMLParser):
    """Reads a document and fails at the first tag that is not closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


def check_html(text: str) -> Checked:
    """The document, read; asserts that it loads nothing, runs nothing and labels every table and figure."""
    document = Checked(text)
    anchors = {attributes["id"] for _, attributes in document.tags if "id" in attributes}
    for tag, attributes in document.tags:
        assert tag not in {"script", "iframe", "object", "embed", "link", "form"}, f"<{tag}> in a report"
        assert not [name for name in attributes if name.startswith("on")], f"an event handler on <{tag}>"
        for name in attributes.keys() & _LOADS:
            value = attributes[name] or ""
            assert value.startswith("data:") or value.removeprefix("#") in anchors, f"{tag} {name}={value}"
    assert "url(" not in text
    assert "@import" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert document.all("html")[0]["lang"]
    assert any(attributes.get("name") == "viewport" for attributes in document.all("meta"))
    assert len(document.all("caption")) == len(document.all("table"))
    assert all(attributes["scope"] for attributes in document.all("th"))
    assert all(attributes["alt"] for attributes in document.all("img"))
    ids = [attributes["id"] for _, attributes in document.tags if "id" in attributes]
    assert len(ids) == len(set(ids)), "an id is there twice"
    return document
