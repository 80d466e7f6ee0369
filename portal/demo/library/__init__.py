"""The demo library: forty published assets and a draft as data, each with the maker of its file."""

from __future__ import annotations

from portal.demo.library.case_studies import CASE_STUDIES
from portal.demo.library.partner_tools import PARTNER_TOOLS
from portal.demo.library.sales_media import SALES_MEDIA
from portal.demo.library.sales_tools import SALES_TOOLS
from portal.demo.library.shape import DemoAsset

ASSETS: tuple[DemoAsset, ...] = (*CASE_STUDIES, *SALES_TOOLS, *SALES_MEDIA, *PARTNER_TOOLS)
