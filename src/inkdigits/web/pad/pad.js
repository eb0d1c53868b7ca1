// The pad: what hands and keys do becomes ink on the paper and, numbered, goes to Python.
// The default export runs again whenever Python's data or the theme changes; a pad is made once for its place.

const WIDTHS = { thin: 20, medium: 36, bold: 60 };
const DONE = { undo: "Undone", redo: "Redone", clear: "Cleared" };
const FULL = "The pad is full. Undo or clear to go on.";

const pads = new WeakMap();
const kept = new Map(); // ink by the pad's name, for a user who visits another page and comes back

class Pad {
  constructor(root, data) {
    this.root = root;
    this.name = data.name;
    this.find = (selector) => root.querySelector(selector);
    this.abort = new AbortController();
    this.signal = this.abort.signal;
    this.tool = this.pen = "medium";
    this.stroke = null; // being drawn
    this.erasing = null; // last point of the eraser, and the ink before it came down
    this.mark = null;
    this.revision = 0;
    this.ink = new Ink();
    const canvas = this.find("canvas");
    this.paper = new Paper(canvas, () => this.refresh());
    this.hands = new Hands(canvas, this);
    this.keys = new Keys(canvas, this);
    this.post = new Post(this.name, root, () => this.#frame());
    root.addEventListener("click", (event) => this.#press(event.target.closest("button")), { signal: this.signal });
    this.#restore(data.ink);
    this.#shape(data.shape);
  }

  get width() {
    return WIDTHS[this.pen];
  }

  update({ data, setStateValue }) {
    this.live = data.live;
    this.#shape(data.shape);
    this.limits = data.limits;
    this.post.setStateValue = setStateValue;
    if (this.revision > (data.ink?.revision ?? 0) && !this.post.sent) this.post.send(true);
    this.refresh();
  }

  dispose() {
    if (this.stroke || this.erasing) {
      this.#finish(); // the page was left with the pen down
      this.#keep();
    }
    this.abort.abort();
    this.post.dispose();
    this.paper.dispose();
    clearTimeout(this.speech);
    cancelAnimationFrame(this.drawing);
  }

  begin(sample, erases) {
    this.notice("");
    if (this.stroke || this.erasing) this.end();
    if (erases) {
      this.erasing = { at: sample, before: this.ink.strokes };
      return this.#erase(sample);
    }
    if (this.#isFull()) return this.notice(FULL);
    this.stroke = [sample];
    this.#changed();
  }

  // Adds a sample to the stroke; the last one counts however close it is.
  extend(sample, last = false) {
    if (this.erasing) return this.#erase(sample);
    if (!this.stroke || !(last ? sample.some((v, i) => i < 2 && v !== this.stroke.at(-1)[i]) : farEnough(this.stroke, ...sample))) return;
    if (last) sample = [sample[0], sample[1], this.stroke.at(-1)[2]]; // a lifted pen has no pressure
    if (this.#isFull()) return this.notice(FULL);
    this.stroke.push(sample);
    this.#changed();
  }

  end() {
    this.#finish();
    this.#changed(true);
  }

  // Ends without leaving a trace.
  drop() {
    if (this.erasing) this.ink.strokes = this.erasing.before;
    this.stroke = this.erasing = null;
    this.#changed(true);
  }

  act(action) {
    if (this.stroke || this.erasing) this.end();
    this.keys.down = false;
    if (!this.ink[action]()) return;
    this.notice("");
    this.say(DONE[action]);
    this.#changed(true);
  }

  choose(tool) {
    this.tool = tool;
    if (tool in WIDTHS) this.pen = tool;
    this.say(this.find(`[data-tool="${tool}"]`).ariaLabel);
    this.refresh();
  }

  // Shows where the eraser or the keyboard's pen is; null hides it.
  point(at, keyboard) {
    const erases = this.erasing || this.tool === "eraser";
    const cross = keyboard !== undefined;
    this.mark = at && (erases || cross) ? { x: at[0], y: at[1], radius: erases ? ERASER_RADIUS : 22, down: keyboard, cross } : null;
    this.refresh();
  }

  say(words) {
    clearTimeout(this.speech);
    this.find("[role=status]").textContent = words;
  }

  sayLater(words) {
    clearTimeout(this.speech);
    this.speech = setTimeout(() => this.say(words), 600);
  }

  notice(words) {
    const place = this.find(".notice");
    if (place.textContent !== words) place.textContent = words;
  }

  // Brings screen and buttons up to date, once a frame.
  refresh() {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.#show());
  }

  #strokes() {
    return this.stroke ? [...this.ink.strokes, this.stroke] : this.ink.strokes;
  }

  #isFull() {
    const points = this.ink.points + (this.stroke?.length ?? 0);
    return points >= this.limits.points || this.ink.strokes.length >= this.limits.strokes;
  }

  #erase(sample) {
    const left = eraseAlong(this.ink.strokes, this.erasing.at, sample, ERASER_RADIUS);
    this.erasing.at = sample;
    if (left === this.ink.strokes) return;
    this.ink.strokes = left;
    this.#changed();
  }

  // What was begun belongs to the ink.
  #finish() {
    if (this.stroke) this.ink.replace([...this.ink.strokes, this.stroke]);
    if (this.erasing) {
      const after = this.ink.strokes;
      this.ink.strokes = this.erasing.before;
      this.ink.replace(after);
    }
    this.stroke = this.erasing = null;
  }

  #press(button) {
    if (!button || button.ariaDisabled === "true") return;
    if (button.dataset.tool) this.choose(button.dataset.tool);
    else this.act(button.dataset.action);
  }

  #keep() {
    this.revision += 1;
    kept.set(this.name, { ink: this.ink, revision: this.revision });
    window.dispatchEvent(new CustomEvent("inkdigits:ink", { detail: { revision: this.revision } }));
  }

  #changed(settled = false) {
    this.#keep();
    if (settled || this.live) this.post.send(settled);
    this.refresh();
  }

  #restore(ink) {
    const own = kept.get(this.name);
    if (own && own.revision >= (ink?.revision ?? 0)) {
      [this.ink, this.revision] = [own.ink, own.revision];
    } else if (ink) {
      this.ink.strokes = decode(ink.strokes);
      this.revision = ink.revision;
    }
  }

  // Square for a digit, wide for a number; the ink is the same.
  #shape(shape) {
    if (this.root.dataset.shape === shape) return;
    this.root.dataset.shape = shape;
    this.keys.at = null;
    this.find(".hint").textContent = `Write a ${shape} here`;
  }

  #frame() {
    return { revision: this.revision, strokes: encode(this.#strokes()), down: Boolean(this.stroke || this.erasing) };
  }

  #show() {
    const strokes = this.#strokes();
    this.paper.paint(strokes, this.mark);
    this.root.toggleAttribute("data-inked", strokes.length > 0);
    this.root.dataset.tool = this.tool;
    for (const button of this.root.querySelectorAll("[data-tool]")) button.ariaPressed = String(button.dataset.tool === this.tool);
    const able = { undo: this.ink.past.length, redo: this.ink.future.length, clear: strokes.length };
    for (const [action, can] of Object.entries(able)) this.find(`[data-action="${action}"]`).ariaDisabled = String(!can);
  }
}

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".pad");
  let pad = pads.get(parentElement);
  if (pad?.root !== root) {
    pad?.dispose();
    pad = new Pad(root, data);
    pads.set(parentElement, pad);
  }
  pad.update(component);
  return () => {
    pad.dispose();
    pads.delete(parentElement);
  };
}
