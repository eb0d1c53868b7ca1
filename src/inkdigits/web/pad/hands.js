// Mouse, finger and pen: one pointer draws at a time, and a pen's pressure is its width.

const ERASER_TIP = 32; // bit of PointerEvent.buttons that a pen turned around sets
const ERASER_RADIUS = 36;

class Hands {
  constructor(canvas, pad) {
    this.canvas = canvas;
    this.pad = pad;
    this.pointer = null;
    const { signal } = pad;
    const on = (name, act) => canvas.addEventListener(name, act, { signal });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("lostpointercapture", (event) => this.#up(event));
    on("pointercancel", (event) => this.#cancel(event));
    on("pointerleave", () => this.pad.point(null));
    on("contextmenu", (event) => event.preventDefault());
    // Safari scrolls and zooms on touches that pointer events alone do not stop.
    canvas.addEventListener("touchstart", (event) => event.preventDefault(), { signal, passive: false });
  }

  #down(event) {
    this.pad.root.toggleAttribute("data-by-hand", true);
    const erases = (event.buttons & ERASER_TIP) !== 0;
    if (event.button !== 0 && !erases) return;
    event.preventDefault();
    if (this.pointer !== null) return;
    this.pad.keys.lift();
    this.canvas.focus({ preventScroll: true });
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.pad.begin(this.#sample(event), erases || this.pad.tool === "eraser");
    this.pad.point(this.pad.paper.locate(event));
  }

  #move(event) {
    const hovers = event.pointerType !== "touch" || event.pointerId === this.pointer;
    if (this.pointer === null || event.pointerId === this.pointer) this.pad.point(hovers ? this.pad.paper.locate(event) : null);
    if (event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const moment of events.length ? events : [event]) this.pad.extend(this.#sample(moment));
  }

  #up(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    if (event.type === "pointerup") this.pad.extend(this.#sample(event), true);
    this.#lift(event);
    this.pad.end();
  }

  // The system took the pointer away (a palm, a gesture, a call): that stroke was not meant.
  #cancel(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.#lift(event);
    this.pad.drop();
  }

  #lift(event) {
    if (event.pointerType === "touch") this.pad.point(null);
  }

  #sample(event) {
    const [x, y] = this.pad.paper.locate(event);
    const pressed = event.pointerType === "pen" && event.pressure > 0;
    return [x, y, round(this.pad.width * (pressed ? 0.4 + 1.2 * event.pressure : 1))];
  }
}
