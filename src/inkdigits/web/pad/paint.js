// The paper: draws strokes as smooth curves at the screen's own resolution, whatever the size of the pad.

const MARGIN = 60; // units between ink and edge: half the boldest pen, and some paper

class Paper {
  constructor(canvas, onResize) {
    this.canvas = canvas;
    this.across = this.down = SIDE; // units that the paper shows
    this.grown = [0, 0]; // units that ink from a wider or higher paper needs
    this.context = canvas.getContext("2d");
    this.observer = new ResizeObserver(onResize);
    this.observer.observe(canvas);
  }

  dispose() {
    this.observer.disconnect();
  }

  // A position on the screen in pad units.
  locate(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return [inside(x * this.across, this.across), inside(y * this.down, this.down)];
  }

  paint(strokes, mark) {
    const scale = this.#fit(strokes);
    if (!scale) return;
    const style = getComputedStyle(this.canvas);
    const pen = this.context;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, this.across, this.down);
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = style.color;
    for (const stroke of strokes) paintStroke(pen, stroke);
    if (mark) paintMark(pen, mark, style);
  }

  // SIDE units high, unless ink from a wider paper would be cut off at the right: then all of it, smaller.
  #fit(strokes) {
    const box = this.canvas.getBoundingClientRect();
    const [width, height] = [box.width, box.height].map((side) => Math.round(side * devicePixelRatio));
    if (!width || !height) return 0;
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const own = [(SIDE * width) / height, SIDE];
    reach(strokes).forEach((end, axis) => {
      if (end <= own[axis] + 1) this.grown[axis] = 0; // samples are rounded
      else if (end > this.grown[axis]) this.grown[axis] = end + MARGIN; // more than needed: it must not grow as one draws
    });
    const [across, down] = own.map((units, axis) => Math.max(units, this.grown[axis]));
    const scale = Math.min(width / across, height / down);
    [this.across, this.down] = [width / scale, height / scale];
    return scale;
  }
}

// How far the ink goes to the right and down, without the width of the pen.
function reach(strokes) {
  const most = [0, 0];
  for (const stroke of strokes) for (const [x, y] of stroke) [most[0], most[1]] = [Math.max(most[0], x), Math.max(most[1], y)];
  return most;
}

// Quadratic curves from middle to middle of the segments: smooth, and each sample bends only its own neighborhood.
// One path as long as the width stays the same, since paths that meet show faint seams.
function paintStroke(pen, stroke) {
  if (stroke.length === 1) return paintDot(pen, stroke[0]);
  const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  let from = stroke[0];
  let width = null;
  for (let i = 0; i < stroke.length; i++) {
    const sample = stroke[i];
    const to = i + 1 < stroke.length ? middle(sample, stroke[i + 1]) : sample;
    if (sample[2] !== width) {
      if (width !== null) pen.stroke();
      pen.lineWidth = width = sample[2];
      pen.beginPath();
      pen.moveTo(from[0], from[1]);
    }
    pen.quadraticCurveTo(sample[0], sample[1], to[0], to[1]);
    from = to;
  }
  pen.stroke();
}

// Browsers differ in whether a line of no length has round ends.
function paintDot(pen, [x, y, width]) {
  pen.fillStyle = pen.strokeStyle;
  pen.beginPath();
  pen.arc(x, y, width / 2, 0, 2 * Math.PI);
  pen.fill();
}

// The eraser, or the pen that the arrow keys move: filled while it is down.
function paintMark(pen, { x, y, radius, down, cross }, style) {
  pen.lineWidth = 5;
  pen.strokeStyle = style.getPropertyValue("--st-primary-color") || style.color;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.stroke();
  if (cross) {
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      pen.beginPath();
      pen.moveTo(x + dx * radius, y + dy * radius);
      pen.lineTo(x + dx * (radius + 18), y + dy * (radius + 18));
      pen.stroke();
    }
  }
  if (down) {
    pen.fillStyle = pen.strokeStyle;
    pen.globalAlpha = 0.35;
    pen.fill();
    pen.globalAlpha = 1;
  }
}
