// Asking the API, and saying plainly why it did not answer.

const PATIENCE_MS = 15_000;
const BRIEF_RETRY_MS = 400;

/** An answer that was not one. `kind`: offline, slow, limited, missing, refused or failing. */
export class ApiProblem extends Error {
  constructor(kind, message, retryAfterSeconds = null) {
    super(message);
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A path below /api with its query; empty values are left out. */
export function path(base, query = {}) {
  const given = Object.entries(query).filter(
    ([, value]) => value !== "" && value !== null && value !== undefined,
  );
  const text = new URLSearchParams(given).toString().replaceAll("%2C", ",");
  return text ? `${base}?${text}` : base;
}

/** The path of a package's answer, or of a part of it. */
export const packagePath = (name, part = "") => `/api/packages/${encodeURIComponent(name)}${part}`;

/** The JSON behind a path. One quick second try where the connection or the server stumbled. */
export async function ask(address, { signal } = {}) {
  try {
    return await askOnce(address, signal);
  } catch (problem) {
    if (signal?.aborted || !["offline", "failing"].includes(problem.kind)) throw problem;
    await new Promise((resolve) => setTimeout(resolve, BRIEF_RETRY_MS));
    return askOnce(address, signal);
  }
}

/** The JSON that comes back for a text; sent once, for nobody knows how far a failed one came. */
export const send = (address, text) =>
  askOnce(address, undefined, { method: "POST", body: text });

async function askOnce(address, signal, sent = {}) {
  const response = await reach(address, signal, sent);
  if (!response.ok) throw await problemOf(response);
  return response.json().catch(() => {
    throw new ApiProblem("failing", "The answer could not be read.");
  });
}

async function reach(address, signal, sent) {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const signals = signal ? AbortSignal.any([signal, patience]) : patience;
  try {
    return await fetch(address, {
      ...sent,
      signal: signals,
      headers: { Accept: "application/json" },
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    if (patience.aborted) throw new ApiProblem("slow", "The server did not answer in time.");
    throw new ApiProblem("offline", "The server could not be reached.");
  }
}

async function problemOf(response) {
  const { title, detail } = await response.json().catch(() => ({}));
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const kind =
    { 404: "missing", 429: "limited" }[response.status] ??
    (response.status < 500 ? "refused" : "failing");
  return new ApiProblem(
    kind,
    detail ?? title ?? `Status ${response.status}`,
    Number.isNaN(wait) ? null : wait,
  );
}
