// The digits of a number, each to be corrected by itself: arrows go from one to the next, a digit's key puts it there.

class Cells {
  constructor(digits, index, number) {
    this.digits = digits;
    this.number = number;
    this.root = element("div", "cells");
    this.root.setAttribute("role", "group");
    this.root.ariaLabel = `Digits of number ${index + 1}`;
    this.root.addEventListener("keydown", (event) => this.#press(event));
  }

  // As many cells as the text has characters; each with the picture of the digit that it is, if it is one that was seen.
  show(text) {
    const signs = [...text], seen = aligned(this.digits, signs);
    while (this.root.children.length > signs.length) this.root.lastChild.remove();
    while (this.root.children.length < signs.length) this.root.append(this.#cell());
    signs.forEach((sign, place) => {
      const cell = this.root.children[place], picture = cell.querySelector("img"), digit = seen[place];
      picture.hidden = !digit;
      if (digit && picture.src !== digit.glyph) picture.src = digit.glyph;
      cell.querySelector("b").textContent = sign;
      const told = !digit ? "without a picture" : `${digit.text === sign ? "read as" : "was"} ${digit.label}`;
      cell.ariaLabel = `Digit ${place + 1} of ${signs.length}: ${sign}, ${told}`;
      cell.classList.toggle("blank", !digit);
      cell.classList.toggle("changed", this.number.corrected() && digit?.text !== sign);
    });
    this.#only(Math.min(this.place ?? 0, signs.length - 1));
  }

  #cell() {
    const cell = element("button", "cell");
    const picture = element("img", "saw ink-saw");
    picture.alt = "";
    cell.type = "button";
    cell.tabIndex = -1;
    cell.append(picture, element("b"));
    cell.addEventListener("focus", () => this.#only([...this.root.children].indexOf(cell)));
    return cell;
  }

  // One cell is in the order of the tab key; the arrows reach the others.
  #only(place) {
    this.place = Math.max(0, place);
    [...this.root.children].forEach((cell, at) => { cell.tabIndex = at === this.place ? 0 : -1; });
  }

  #go(place) {
    const last = this.root.children.length - 1;
    this.root.children[Math.max(0, Math.min(place, last))]?.focus();
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const signs = [...this.number.text()], { key } = event, { place } = this;
    const steps = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: signs.length - 1 };
    if (key in steps) this.#go(steps[key]);
    else if (/^[0-9]$/.test(key)) {
      signs[place] = key;
      this.number.correct(signs.join(""));
      this.#go(place + 1);
    } else if (key === "Delete" || key === "Backspace") {
      if (signs.length > 1) this.number.correct(signs.toSpliced(place, 1).join(""));
      this.#go(key === "Delete" ? place : place - 1);
    } else if (key === "Escape") {
      this.number.correct(null);
      this.number.done();
      this.#go(place);
    } else if (key === "Enter") this.number.done();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
