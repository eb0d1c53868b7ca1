// The boxes on the picture. Places are in percent of it, so they follow its size without a line of code.

const CROWD = 12; // numbers from which only what needs a look carries its reading all the time

const MARKS = {
  sure: '<circle cx="12" cy="12" r="11" class="disc"/><path class="tick" d="M6.5 12.5l3.7 3.7 7.3-8"/>',
  look_again: '<path d="M12 1.5L23.2 22H.8z"/><path d="M12 8.5v6.6M12 17.6v1.6"/>',
  not_a_digit: '<rect x="2" y="2" width="20" height="20" rx="2"/><path d="M7.5 7.5l9 9M16.5 7.5l-9 9"/>',
  corrected: '<path d="M3 21l1.2-5.2L16.4 3.6a2.2 2.2 0 0 1 3.1 0l.9.9a2.2 2.2 0 0 1 0 3.1L8.2 19.8zM14 6l4 4"/>',
  blank: "",
};

function mark(state) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `mark ${state}`);
  svg.innerHTML = MARKS[state]; // our own constants, never what was read
  return svg;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

class Boxes {
  constructor(place, sheet) {
    this.place = place;
    this.sheet = sheet;
    this.boxes = new Map();
  }

  build(numbers) {
    this.place.replaceChildren();
    this.boxes.clear();
    this.place.classList.toggle("crowded", numbers.length > CROWD);
    numbers.forEach((number, index) => number.box && this.#add(number, index));
  }

  // Brings a box up to date with the state and the text of its number.
  show(index, state, label, spoken) {
    const box = this.boxes.get(index);
    if (!box) return;
    box.className = `box ink-box ${state}`;
    box.ariaLabel = `Number ${index + 1}: ${spoken}`;
    const tag = box.querySelector(".tag");
    tag.replaceChildren(mark(state), document.createTextNode(label));
    box.classList.toggle("active", this.sheet.active === index);
  }

  light(index) {
    this.place.classList.toggle("lit", index !== null);
    for (const [place, box] of this.boxes) box.classList.toggle("active", place === index);
  }

  #add(number, index) {
    const [left, top, width, height] = number.box;
    const box = element("div", "box");
    box.setAttribute("role", "img");
    box.style.cssText = `left: ${left}%; top: ${top}%; width: ${width}%; height: ${height}%`;
    const tag = element("span", "tag ink-tag");
    if (top < 8) tag.classList.add(top + height < 90 ? "below" : "inside");
    if (left > 60) tag.classList.add("leftward");
    box.append(tag);
    box.addEventListener("pointerenter", () => this.sheet.light(index));
    box.addEventListener("pointerleave", () => this.sheet.light(null));
    box.addEventListener("click", () => this.sheet.open(index));
    this.place.append(box);
    this.boxes.set(index, box);
  }
}
