"""The mail about a new version, to those who used an older one."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from content.readers.version_news import VersionNews
from portal.kernel.ports import Mail


@dataclass(frozen=True, slots=True)
class VersionLetter:
    """What changed, a word of the brand's own, and where the new version is; `address` is the asset's."""

    name: str
    title: str
    used: int
    new: int
    what_changed: str
    note: str
    address: str

    @property
    def subject(self) -> str:
        return str(_("A new version of “%(title)s”", title=" ".join(self.title.split())))

    @property
    def text(self) -> str:
        told = _(
            "“%(title)s” has a new version. You used version %(used)s; now there is version %(new)s.",
            title=self.title,
            used=self.used,
            new=self.new,
        )
        parts = (
            _("Hello %(name)s,", name=self.name),
            told,
            _("What changed: %(words)s", words=self.what_changed) if self.what_changed else "",
            self.note,
            f"{_('Open it:')}\n{self.address}/view",
            f"{_('What changed, page by page:')}\n{self.address}/compare?before={self.used}&after={self.new}",
            _("Please use the new one from now on, not a file that you saved before."),
        )
        return "\n\n".join(str(part) for part in parts if part) + "\n"


def version_letter(news: VersionNews, base_url: str) -> Mail:
    asset = news.version.asset
    letter = VersionLetter(
        name=news.reader.name,
        title=asset.title,
        used=news.used_number,
        new=news.version.number,
        what_changed=news.version.what_changed,
        note=news.note,
        address=f"{base_url}/library/{asset.ref}",
    )
    return Mail(to=news.reader.email, subject=letter.subject, text=letter.text, key=news.key)
