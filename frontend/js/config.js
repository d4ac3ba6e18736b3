// What an operator may set; mount another file over this one.

/** Token of Cloudflare's beacon. Empty: nothing is loaded from anywhere else. */
export const cloudflareBeaconToken = "";

/** Where links to packages on PyPI lead. */
export const PYPI = "https://pypi.org";

/** Where links to repositories lead. */
export const GITHUB = "https://github.com";
