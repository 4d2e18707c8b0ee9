"""Drawing: the look that all figures share, and their bytes, which are the same for the same numbers."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager

from matplotlib import style
from matplotlib.figure import Figure

from atlas.reports.page import Picture

BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#8A8F98", "#22262B"
"""Two colours of the Okabe-Ito palette, told apart by the colour-blind and in greyscale."""

PALETTE = (BLUE, ORANGE, "#009E73", "#CC79A7", "#7A6A00", "#56B4E9", INK)
MARKERS = "osD^vPX"
"""Series are told apart by colour and by shape."""

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    # Names of models and amounts of dollars are text, never formulas.
    "text.parse_math": False,
    # The ids within an SVG are made from this instead of from chance.
    "svg.hashsalt": "atlas",
}


def drawing_style() -> AbstractContextManager[None]:
    """Our look within a `with` block; the user's matplotlib settings have no influence."""
    return style.context(["default", _STYLE])


def png_of(figure: Figure) -> bytes:
    """The figure as PNG, without time and version. To be called within `drawing_style`."""
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def picture_of(figure: Figure) -> Picture:
    """The figure as SVG and PNG, without time and version. To be called within `drawing_style`."""
    svg = io.BytesIO()
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return Picture(svg.getvalue(), png_of(figure))
