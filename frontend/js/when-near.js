// What is far below is made when a reader comes near it.

const NEAR_PIXELS = 600;

/** Calls `make` once `node` is nearly in view, or is printed. */
export function whenNear(node, make) {
  const once = () => {
    watcher.disconnect();
    removeEventListener("beforeprint", once);
    make();
  };
  const watcher = new IntersectionObserver(([entry]) => entry.isIntersecting && once(), {
    rootMargin: `${NEAR_PIXELS}px`,
  });
  watcher.observe(node);
  addEventListener("beforeprint", once);
}
