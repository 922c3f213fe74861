"""`{% stacked %}` around a table: its rows become cards where the screen is narrow. Known to every template."""

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe

from heed.web.stacking import stacked as stack

register = template.Library()


class Stacked(template.Node):
    """The table between the tags."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Any) -> SafeString:
        """Render the table; what stands in it was escaped by its own template."""
        return mark_safe(stack(self.nodelist.render(context)))


@register.tag
def stacked(parser: Parser, token: Token) -> Stacked:
    """Label the cells of the table up to `endstacked` with the headings of their columns."""
    nodelist = parser.parse(("endstacked",))
    parser.delete_first_token()
    return Stacked(nodelist)
