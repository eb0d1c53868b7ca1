// The ink: strokes of [x, y, width] samples in pad units: the pad is SIDE high, and as wide as its shape makes it.
// Strokes and lists of strokes never change once made, so a list is also its own snapshot: undo keeps lists, not
// differences.

const SIDE = 1000;
const CLOSEST = 4; // units between kept samples: 1/6 of what the network's grid of 28 can tell apart
const HISTORY = 200;

class Ink {
  constructor() {
    this.strokes = [];
    this.past = [];
    this.future = [];
  }

  get points() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  replace(strokes) {
    if (strokes === this.strokes) return false;
    this.past = [...this.past, this.strokes].slice(-HISTORY);
    this.future = [];
    this.strokes = strokes;
    return true;
  }

  clear() {
    return this.strokes.length > 0 && this.replace([]);
  }

  undo() {
    return this.#travel(this.past, this.future);
  }

  redo() {
    return this.#travel(this.future, this.past);
  }

  #travel(from, to) {
    if (!from.length) return false;
    to.push(this.strokes);
    this.strokes = from.pop();
    return true;
  }
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function inside(value, most) {
  return round(Math.min(Math.max(value, 0), most));
}

function farEnough(stroke, x, y) {
  const last = stroke.at(-1);
  return !last || Math.hypot(x - last[0], y - last[1]) >= CLOSEST;
}

function distanceToSegment([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length ? Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1) : 0;
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

// Samples no further apart than `step`, so that an eraser narrower than a long segment can cut it.
function densify(stroke, step) {
  const dense = [stroke[0]];
  for (let i = 1; i < stroke.length; i++) {
    const [from, to] = [stroke[i - 1], stroke[i]];
    const parts = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / step);
    for (let k = 1; k < parts; k++) dense.push(from.map((value, j) => round(value + ((to[j] - value) * k) / parts)));
    dense.push(to);
  }
  return dense;
}

// What is left of the strokes when an eraser goes from `a` to `b`; the same list when it touched nothing.
function eraseAlong(strokes, a, b, radius) {
  let touched = false;
  const left = strokes.flatMap((stroke) => {
    const near = ([x, y, width]) => distanceToSegment([x, y], a, b) < radius + width / 4;
    const dense = densify(stroke, radius / 2);
    if (!dense.some(near)) return [stroke];
    touched = true;
    const pieces = [[]];
    for (const sample of dense) {
      if (!near(sample)) pieces.at(-1).push(sample);
      else if (pieces.at(-1).length) pieces.push([]);
    }
    return pieces.filter((piece) => piece.length > 1);
  });
  return touched ? left : strokes;
}

function encode(strokes) {
  return strokes.map((stroke) => {
    const widths = stroke.map((sample) => sample[2]);
    const even = widths.every((width) => width === widths[0]);
    return { p: stroke.flatMap(([x, y]) => [x, y]), w: even ? widths[0] : widths };
  });
}

function decode(strokes) {
  return strokes.map(({ p, w }) => {
    const width = (i) => (typeof w === "number" ? w : w[i]);
    return Array.from({ length: p.length / 2 }, (_, i) => [p[2 * i], p[2 * i + 1], width(i)]);
  });
}
