// The list of numbers: each with a field to correct it, its readings to choose from, and its digits as they were seen.

const ICONS = {
  copy: "M8 8V4.5h11.5V16H16M4.5 8H16v11.5H4.5z",
  copied: "M4.5 12.5l5 5 10-11",
  undo: "M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-4",
};
const COPIED_FOR = 1500;
const NO_NUMBER = "no number";
const LETTER = /\p{Alphabetic}/u;

function icon(name) {
  return `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
}

function tool(name, label, act) {
  const button = element("button", `tool ${name}`);
  button.type = "button";
  button.ariaLabel = button.title = label;
  button.innerHTML = icon(name);
  button.addEventListener("click", act);
  return button;
}

class Row {
  constructor(number, index, sheet) {
    this.number = number;
    this.index = index;
    this.sheet = sheet;
    this.root = element("li", "number");
    this.mark = element("span", "sign");
    this.input = this.#field();
    this.words = element("p", "words");
    this.words.id = `words-${index}`;
    this.undo = tool("undo", `Undo the correction of number ${index + 1}`, () => this.restore());
    this.copy = tool("copy", `Copy number ${index + 1}`, () => this.#copied());
    const head = element("div", "head");
    head.append(this.mark, this.input, this.words, this.undo, this.copy);
    this.root.append(head, this.#more());
    const light = (on) => () => sheet.light(on ? index : null);
    this.root.addEventListener("pointerenter", light(true));
    this.root.addEventListener("pointerleave", light(false));
    this.root.addEventListener("focusin", () => sheet.enter(index));
    // From a digit to the text and back is one correction: it is kept when the number is left.
    this.root.addEventListener("focusout", (event) => {
      if (!this.root.contains(event.relatedTarget)) sheet.flush();
    });
    this.show();
  }

  get text() {
    return this.sheet.corrections[this.index] ?? this.number.text;
  }

  // Somebody said that it was read right: kept as a correction to what was read.
  get right() {
    return this.sheet.corrections[this.index] === this.number.text;
  }

  get held() {
    return this.index in this.sheet.corrections;
  }

  get state() {
    return this.held && !this.right ? "corrected" : this.number.state;
  }

  show() {
    const { number, state, text, held } = this;
    if (this.input.value !== text) this.input.value = text;
    this.input.placeholder = held ? NO_NUMBER : this.empty;
    this.input.style.setProperty("--signs", Math.max(1, (text || this.input.placeholder).length));
    this.input.ariaInvalid = "false";
    this.root.className = `number ink-answer ${state}`;
    this.root.classList.toggle("active", this.sheet.active === this.index);
    this.root.classList.toggle("open", this.sheet.opened === this.index);
    const changed = `${text ? "corrected" : "not a number"}, was ${number.text || "not read"}`;
    const told = this.right ? "checked: right" : held ? changed : number.words;
    this.words.textContent = told;
    this.mark.replaceChildren(mark(state));
    this.undo.classList.toggle("off", !held);
    this.copy.disabled = !text;
    this.cells?.show(text);
    for (const button of this.root.querySelectorAll(".other")) button.ariaPressed = String(button.dataset.text === text && (held || text !== ""));
    this.sheet.boxes.show(this.index, state, held ? text || "–" : number.label, held ? `${text}, ${told}` : number.spoken);
  }

  restore() {
    this.sheet.correct(this.index, null);
    this.sheet.flush();
    this.input.focus();
  }

  #field() {
    const input = element("input", "text");
    Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false, maxLength: 64 });
    this.empty = this.number.text ? "" : this.number.others.length ? this.number.label : "–";
    input.size = 1;
    input.ariaLabel = `Number ${this.index + 1}`;
    input.setAttribute("aria-describedby", `words-${this.index}`);
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("keydown", (event) => this.#press(event));
    return input;
  }

  // Letters are no part of a number: what has some stays in the field, and is not kept.
  #typed() {
    const text = this.input.value, wrong = LETTER.test(text);
    if (!wrong) {
      this.sheet.correct(this.index, text);
      this.show();
      return;
    }
    this.input.ariaInvalid = "true";
    this.words.textContent = "not kept: digits and signs only";
  }

  #press(event) {
    if (event.key === "Escape" && this.held) {
      event.preventDefault();
      event.stopPropagation();
      this.sheet.correct(this.index, null);
      this.sheet.flush();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.sheet.flush();
      this.sheet.next(this.index)?.input.select();
    }
  }

  #more() {
    const more = element("div", "more");
    const { raw, free, note, digits, others } = this.number;
    if (digits.length) more.append(this.sheet.data.by_digit ? this.#cells(digits) : this.#digits(digits));
    if (others.length) more.append(this.#others(others));
    const notes = [raw && `With its signs: ${raw}`, free && `Without your limits: ${free}`, note].filter(Boolean);
    for (const words of notes) more.append(element("p", "note", words));
    return more;
  }

  #digits(digits) {
    const list = element("ol", "digits");
    list.ariaLabel = "Its digits, as the network saw them";
    for (const digit of digits) {
      const item = element("li");
      const image = element("img", "saw ink-saw");
      image.src = digit.glyph;
      image.alt = digit.label;
      item.title = digit.label;
      const caption = element("span", "", digit.text);
      caption.ariaHidden = "true";
      item.append(image, caption);
      list.append(item);
    }
    return list;
  }

  #cells(digits) {
    this.cells = new Cells(digits, this.index, {
      text: () => this.text,
      corrected: () => this.state === "corrected",
      correct: (text) => this.sheet.correct(this.index, text),
      done: () => this.sheet.flush(),
    });
    return this.cells.root;
  }

  #others(others) {
    const group = element("div", "others");
    group.setAttribute("role", "group");
    group.ariaLabel = `Other readings of number ${this.index + 1}`;
    group.append(element("span", "lead", this.number.state === "look_again" ? "It is" : "or"));
    for (const { text, share } of others) group.append(this.#other(text, element("b", "", text), ` · ${share}`));
    if (this.number.state === "look_again") group.append(this.#other("", NO_NUMBER));
    return group;
  }

  #other(text, ...words) {
    const button = element("button", "other");
    button.type = "button";
    button.dataset.text = text;
    button.append(...words);
    button.addEventListener("click", () => {
      this.sheet.correct(this.index, this.held && this.text === text ? null : text);
      this.sheet.flush();
    });
    return button;
  }

  async #copied() {
    this.sheet.flush();
    const done = await copy(this.text, this.input);
    this.sheet.tell(done ? `${this.text} copied` : "This browser does not let the page copy");
    if (!done) return;
    this.copy.innerHTML = icon("copied");
    setTimeout(() => { this.copy.innerHTML = icon("copy"); }, COPIED_FOR);
  }
}

// Pages that are not on https or localhost get no clipboard: there, the old way from a selected field.
async function copy(text, field) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      console.info("inkdigits: the clipboard refused, trying the old way", error);
    }
  }
  if (!field) return false;
  field.select();
  return document.execCommand("copy");
}
