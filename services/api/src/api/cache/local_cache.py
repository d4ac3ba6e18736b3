"""The copies of hot answers that one process keeps, bounded in bytes."""

from collections import OrderedDict

from api.cache.pages import Page

OVERHEAD = 2000
"""Bytes counted for a page besides its body: keys, headers, objects."""
ALIASES = 50_000
"""Spellings of requests remembered; a spelling costs its own length and little else."""
NO_KEY = ""
"""Of no page."""
LONGEST_ALIAS = 300
"""Bytes; longer spellings are worked out anew each time."""


class LocalCache:
    """Least recently used pages go first.

    Looked up by the request's own bytes, so that a hit needs neither parsing nor matching; many
    spellings may lead to one page. A page of an old generation stays until it is pushed out: it
    is what visitors get while the database is away.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._keys: OrderedDict[bytes, str] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._pages)

    def find(self, spelling: bytes, generation: int, now: int) -> Page | None:
        """Return the page that a request led to before, where it still holds."""
        page = self._pages.get(self._keys.get(spelling, NO_KEY))
        if page is None or page.expires <= now or page.generation < generation:
            return None
        self._pages.move_to_end(page.key)
        return page

    def remember(self, spelling: bytes, key: str) -> None:
        """Note which key a request's bytes lead to."""
        if len(spelling) > LONGEST_ALIAS:
            return
        self._keys[spelling] = key
        if len(self._keys) > ALIASES:
            self._keys.popitem(last=False)

    def get(self, key: str) -> Page | None:
        """Return the page, of whatever generation."""
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def holds(self, key: str, generation: int) -> bool:
        """Say whether the page is held, of that generation or a newer one; that is no use of it."""
        page = self._pages.get(key)
        return page is not None and page.generation >= generation

    def put(self, page: Page) -> None:
        """Keep the page instead of an older one of its key."""
        self._forget(page.key)
        self._pages[page.key] = page
        self._account(page)
        while self.bytes > self._most_bytes:
            oldest, _ = next(iter(self._pages.items()))
            self._forget(oldest)

    def clear(self) -> None:
        """Drop everything."""
        self._pages.clear()
        self._sizes.clear()
        self._keys.clear()
        self.bytes = 0

    def account(self, key: str) -> None:
        """Count a page again whose encodings may have become more."""
        page = self._pages.get(key)
        if page is not None:
            self.bytes -= self._sizes.pop(key)
            self._account(page)

    def hottest(self, most: int) -> list[str]:
        """Return the keys used last, the newest first."""
        return [key for key, _ in zip(reversed(self._pages), range(most), strict=False)]

    def _account(self, page: Page) -> None:
        self._sizes[page.key] = len(page.key) + page.size() + OVERHEAD
        self.bytes += self._sizes[page.key]

    def _forget(self, key: str) -> None:
        if self._pages.pop(key, None) is not None:
            self.bytes -= self._sizes.pop(key)
