// A frame drawn about a part of a chart, by mouse or finger, asks for that part.

const LEAST_PIXELS = 12;
const NO_FRAME = { left: 0, top: 0, width: 0, height: 0 };

/** Hears uPlot's own frame; what is narrower than a slip of the hand is none. */
export function zoomByMouse(plot, onZoom) {
  const { left, width } = plot.select;
  if (width === 0) return;
  plot.setSelect(NO_FRAME, false);
  if (width >= LEAST_PIXELS) onZoom(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
}

/** The same by a finger, which uPlot does not follow; moving up or down scrolls the page. */
export function zoomByTouch(plot, onZoom) {
  const { over } = plot;
  let start = null;
  const place = ({ clientX }) =>
    Math.min(over.clientWidth, Math.max(0, clientX - over.getBoundingClientRect().left));
  const frame = (event) => {
    const [left, right] = [start, place(event)].sort((a, b) => a - b);
    return { left, width: right - left, top: 0, height: over.clientHeight };
  };
  const isFinger = ({ pointerType }) => pointerType === "touch";
  over.addEventListener("pointerdown", (event) => isFinger(event) && (start = place(event)));
  over.addEventListener("pointermove", (event) => {
    if (isFinger(event) && start !== null) plot.setSelect(frame(event), false);
  });
  over.addEventListener("pointerup", (event) => {
    if (!isFinger(event) || start === null) return;
    plot.setSelect(frame(event), false);
    start = null;
    zoomByMouse(plot, onZoom);
  });
  over.addEventListener("pointercancel", () => {
    start = null;
    plot.setSelect(NO_FRAME, false);
  });
}
