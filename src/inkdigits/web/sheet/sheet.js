// A sheet: the picture with its boxes, and the list of its numbers. Both light up together; corrections go to Python.

const SETTLED = 250; // milliseconds without a key until a correction is sent
const COUNTED = { sure: "sure", look_again: "look again", corrected: "corrected" };
const FEW = 6; // numbers up to which all are shown with everything that is known of them

const sheets = new WeakMap();

class Sheet {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.boxes = new Boxes(this.find(".boxes"), this);
    this.rows = [];
    this.corrections = {};
    this.active = this.opened = null;
    this.timer = 0;
    this.changed = false;
    this.find(".all").addEventListener("click", () => this.#copyAll());
  }

  update({ data, setStateValue }) {
    this.send = (corrections) => setStateValue("corrections", { texts: corrections });
    if (this.data && same(this.data, data)) return;
    this.data = data;
    this.corrections = { ...data.corrections };
    this.#build();
  }

  dispose() {
    this.flush();
  }

  // Sets the text of a number; null takes the correction back, and so does what was read, unless somebody had said before
  // that this is right.
  correct(index, text) {
    const before = this.corrections[index], read = this.data.numbers[index].text;
    const right = this.data.corrections[index] === read;
    if (text === null || (text === read && !right)) delete this.corrections[index];
    else this.corrections[index] = text;
    if (this.corrections[index] === before) return;
    this.rows[index].show();
    this.#count();
    clearTimeout(this.timer);
    this.changed = true;
    if (!this.data.by_digit) this.timer = setTimeout(() => this.flush(), SETTLED);
  }

  flush() {
    if (!this.changed) return;
    clearTimeout(this.timer);
    this.changed = false;
    this.send({ ...this.corrections });
  }

  // Lights up a number, on the picture and in the list; null goes back to the one that has the focus.
  light(index) {
    this.active = index ?? this.opened;
    this.boxes.light(this.active);
    this.rows.forEach((row, place) => row.root.classList.toggle("active", place === this.active));
  }

  enter(index) {
    this.opened = index;
    this.rows.forEach((row, place) => row.root.classList.toggle("open", place === index));
    this.light(index);
  }

  open(index) {
    const row = this.rows[index];
    if (row.root.closest("details")) row.root.closest("details").open = true;
    row.input.focus({ preventScroll: true });
    row.root.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  }

  next(index) {
    return this.rows.slice(index + 1).find((row) => row.number.state !== "not_a_digit");
  }

  tell(words) {
    this.find(".told").textContent = words;
  }

  #build() {
    const { data, root } = this;
    this.active = this.opened = null;
    root.classList.toggle("wide", data.wide);
    root.classList.toggle("single", data.numbers.length === 1);
    root.classList.toggle("many", data.numbers.length > FEW);
    this.find(".ink-name").textContent = this.find(".ink-name").title = data.name;
    Object.assign(this.find(".photo"), { src: data.picture, alt: `Picture ${data.name}`, width: data.width || 1, height: data.height || 1 });
    this.boxes.build(data.numbers);
    this.rows = data.numbers.map((number, index) => new Row(number, index, this));
    this.#place();
    this.find("[role=status]").textContent = `${this.#count()}. ${data.spoken}`;
  }

  // How many numbers there are of each state.
  #count() {
    const states = this.rows.map((row) => row.state).filter((state) => state in COUNTED);
    const parts = Object.entries(COUNTED).map(([state, words]) => [states.filter((each) => each === state).length, words]);
    const told = parts.filter(([count]) => count > 0).map((part) => part.join(" ")).join(", ");
    const words = told ? `${states.length} ${states.length === 1 ? "number" : "numbers"}: ${told}` : this.data.nothing;
    this.find(".summary").textContent = words;
    return words;
  }

  // What is no number goes under a fold, when there is anything else.
  #place() {
    const refused = this.rows.filter((row) => row.number.state === "not_a_digit" || row.number.state === "blank");
    const folds = refused.length > 0 && refused.length < this.rows.length;
    const shown = folds ? this.rows.filter((row) => !refused.includes(row)) : this.rows;
    const rest = this.find(".rest");
    rest.hidden = !folds;
    rest.open = false;
    rest.querySelector("summary").textContent = `${refused.length} ${refused.length === 1 ? "place that is" : "places that are"} no number`;
    rest.querySelector("ol").replaceChildren(...(folds ? refused : []).map((row) => row.root));
    this.find(".numbers").replaceChildren(...shown.map((row) => row.root));
    this.find(".numbers").hidden = shown.length === 0;
    this.find(".all").hidden = shown.length < 2;
    const scroll = this.find(".scroll");
    const long = this.rows.length > FEW;
    scroll.toggleAttribute("tabindex", long);
    if (long) scroll.tabIndex = 0;
  }

  async #copyAll() {
    const texts = this.rows.map((row) => row.text).filter(Boolean);
    const done = await copy(texts.join("\n"), null);
    this.tell(done ? `${texts.length} numbers copied` : "This browser does not let the page copy");
    this.find(".all span").textContent = done ? "Copied" : "Cannot copy here";
    setTimeout(() => { this.find(".all span").textContent = "Copy all"; }, COPIED_FOR);
  }
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

// The same sheet, but for the corrections, which live here as long as it is on the page.
function same(one, other) {
  const bare = (data) => JSON.stringify({ ...data, corrections: null });
  return bare(one) === bare(other);
}

export default function (component) {
  const { parentElement } = component;
  const root = parentElement.querySelector(".sheet");
  let sheet = sheets.get(parentElement);
  if (sheet?.root !== root) {
    sheet?.dispose();
    sheet = new Sheet(root);
    sheets.set(parentElement, sheet);
  }
  sheet.update(component);
  return () => {
    sheet.dispose();
    sheets.delete(parentElement);
  };
}
