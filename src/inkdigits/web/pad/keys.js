// The keyboard: arrows move a pen that Space or Enter puts down; shortcuts work wherever nothing is being typed.

const STEP = 40;
const FINE_STEP = 10;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Keys {
  constructor(canvas, pad) {
    this.pad = pad;
    this.at = null; // the middle of the paper, once its size is known
    this.held = new Set();
    this.down = false;
    const { signal } = pad;
    canvas.addEventListener("keydown", (event) => this.#press(event), { signal });
    canvas.addEventListener("keyup", (event) => this.held.delete(event.key), { signal });
    canvas.addEventListener("focus", () => this.#enter(), { signal });
    canvas.addEventListener("blur", () => this.#leave(), { signal });
    document.addEventListener("keydown", (event) => this.#shortcut(event), { signal });
  }

  // Lifts the pen, when a hand takes over or the focus moves on.
  lift() {
    if (!this.down) return;
    this.down = false;
    this.pad.end();
  }

  #enter() {
    if (!this.pad.root.hasAttribute("data-by-hand")) this.#show();
  }

  #leave() {
    this.pad.root.removeAttribute("data-by-hand");
    this.held.clear();
    this.lift();
    this.pad.point(null);
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.pad.hands.pointer !== null) return;
    if (event.key in ARROWS) this.#step(event);
    else if (event.key === " " || event.key === "Enter") event.repeat || this.#toggle();
    else if (event.key.toLowerCase() === "e") this.pad.choose(this.pad.tool === "eraser" ? this.pad.pen : "eraser");
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.#show();
  }

  // Two arrows held together draw a diagonal.
  #step(event) {
    this.held.add(event.key);
    const step = event.shiftKey ? FINE_STEP : STEP;
    const [dx, dy] = [...this.held].reduce(([x, y], key) => [x + ARROWS[key][0], y + ARROWS[key][1]], [0, 0]);
    const { across, down } = this.pad.paper;
    const [x, y] = this.#place();
    this.at = [inside(x + dx * step, across), inside(y + dy * step, down)];
    if (this.down) this.pad.extend([...this.at, this.pad.width]);
    const [right, low] = [(100 * this.at[0]) / across, (100 * this.at[1]) / down];
    this.pad.sayLater(`${Math.round(right)} percent across, ${Math.round(low)} percent down`);
  }

  #toggle() {
    if (this.down) {
      this.lift();
      this.pad.say("Pen up");
    } else {
      this.down = true;
      this.pad.begin([...this.#place(), this.pad.width], this.pad.tool === "eraser");
      this.pad.say(this.pad.tool === "eraser" ? "Eraser down" : "Pen down");
    }
  }

  #show() {
    this.pad.root.removeAttribute("data-by-hand");
    this.pad.point(this.#place(), this.down);
  }

  #place() {
    const { across, down } = this.pad.paper;
    this.at ??= [across / 2, down / 2];
    return this.at;
  }

  #shortcut(event) {
    const path = event.composedPath();
    const here = path.includes(this.pad.root);
    if (!here && path[0] !== document.body) return;
    const key = event.key.toLowerCase();
    const control = (event.ctrlKey || event.metaKey) && !event.altKey;
    const action =
      control && key === "z" ? (event.shiftKey ? "redo" : "undo") : control && key === "y" ? "redo" : key === "escape" ? "clear" : null;
    if (!action) return;
    event.preventDefault();
    this.pad.act(action);
  }
}
