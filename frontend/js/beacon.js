// Cloudflare's beacon, only where an operator has set its token.

import { cloudflareBeaconToken } from "./config.js";

const ADDRESS = "https://static.cloudflareinsights.com/beacon.min.js";

/** Loads the beacon, or, as by default, nothing. The policy of headers.json must then allow it. */
export function loadBeacon() {
  if (!cloudflareBeaconToken) return;
  const script = document.createElement("script");
  script.defer = true;
  script.dataset.cfBeacon = JSON.stringify({ token: cloudflareBeaconToken });
  script.src = trusted(ADDRESS);
  document.head.append(script);
}

function trusted(address) {
  const policy = window.trustedTypes?.createPolicy("beacon", { createScriptURL: () => ADDRESS });
  return policy ? policy.createScriptURL(address) : address;
}
