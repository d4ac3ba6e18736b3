// The page's state is its address: read it, change it, hear of changes.

/** The query of the address as an object. */
export const query = () => Object.fromEntries(new URLSearchParams(location.search));

/** An address on this page with `changes` to its query; empty values leave it. */
export function addressWith(changes) {
  const next = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === "" || value === null || value === undefined) next.delete(key);
    else next.set(key, value);
  }
  const text = next.toString().replaceAll("%2C", ",");
  return text ? `${location.pathname}?${text}` : location.pathname;
}

/** Changes the query as a new step, which "back" undoes. */
export function stepTo(changes) {
  history.pushState({}, "", addressWith(changes));
}

/** Changes the query in place, and may remember a scroll position with it. */
export function settle(changes, state = history.state) {
  history.replaceState(state, "", addressWith(changes));
}

/** The last part of a path such as /package/{name}/. */
export function nameInPath() {
  const parts = location.pathname.split("/").filter(Boolean);
  return parts.length > 1 ? decodeURIComponent(parts[1]) : "";
}

/**
 * Sets what search engines and tabs show of a page whose content comes from the API. The server
 * has written the site's own address into the page: it stays, whatever name led here.
 */
export function describePage(title, description) {
  document.title = title;
  for (const [selector, text] of [
    ['meta[name="description"]', description],
    ['meta[property="og:title"]', title],
    ['meta[property="og:description"]', description],
  ])
    document.querySelector(selector).content = text;
  const canonical = document.querySelector('link[rel="canonical"]');
  canonical.href = new URL(location.pathname, canonical.href);
  document.querySelector('meta[property="og:url"]').content = canonical.href;
}
