// Runs again on every change of data: elements are made once and updated in place.
const SPEAK_AFTER = 500; // ms of rest, so that a live drawing is not announced ten times a second
const LARGE = "inkdigits:large"; // the large mode was turned on or off, or is known only now
const timers = new WeakMap();
const hearers = new WeakMap();

export default function ({ data, parentElement }) {
  const answer = parentElement.querySelector(".answer");
  answer.dataset.state = data.state;
  answer.dataset.kind = data.kind;
  drawFigure(answer.querySelector(".figure"), data);
  answer.querySelector(".others").textContent = data.others;
  drawBars(answer.querySelector(".bars"), data);
  drawPlaces(answer.querySelector(".places"), data.places);
  tell(answer, data);
  window.removeEventListener(LARGE, hearers.get(parentElement));
  const hearer = () => tell(answer, data);
  hearers.set(parentElement, hearer);
  window.addEventListener(LARGE, hearer);
  return () => window.removeEventListener(LARGE, hearers.get(parentElement));
}

// In the large mode there is no button to press, so what to do is said otherwise.
function tell(answer, data) {
  const large = data.large && document.documentElement.hasAttribute("data-ink-large");
  answer.querySelector(".text").textContent = large ? data.large : data.words;
  speak(answer.querySelector(".spoken"), large ? data.large : data.spoken);
}

function drawFigure(figure, data) {
  const wanted = data.state + data.figures.join();
  if (figure.dataset.shown === wanted) return;
  figure.dataset.shown = wanted;
  figure.style.setProperty("--letters", Math.max(3, data.figures.join(" or ").length));
  figure.replaceChildren();
  if (data.state === "empty") figure.append(span("slot", ""));
  if (data.state === "not_a_digit") figure.append(figure.parentElement.querySelector(".mark.not_a_digit").cloneNode(true));
  if (figure.querySelector("svg")) figure.querySelector("svg").style.display = "block";
  if (data.figures.length > 0) figure.append(span("first", data.figures[0]));
  if (data.figures.length > 1) figure.append(span("or", "or"), span("second", data.figures[1]));
}

function drawBars(bars, data) {
  data.bars.forEach((bar, digit) => {
    const row = bars.children[digit] || bars.appendChild(newRow(digit));
    row.classList.toggle("top", digit === data.top);
    row.style.setProperty("--share", bar.share);
    row.querySelector(".share").textContent = bar.text;
  });
}

// A number's digits, each with how likely it is; places are made once and reused, so that bars glide.
function drawPlaces(list, places) {
  while (list.children.length > places.length) list.lastChild.remove();
  places.forEach((place, index) => {
    const item = list.children[index] || list.appendChild(newPlace());
    item.style.setProperty("--share", place.share);
    item.querySelector(".label").textContent = place.label;
    item.querySelector(".second").textContent = place.second;
    item.querySelector(".said").textContent = place.said;
  });
}

function newPlace() {
  const place = document.createElement("li");
  const track = span("track", "");
  track.append(span("fill", ""));
  const seen = [span("label", ""), track, span("second", "")];
  seen.forEach((part) => { part.ariaHidden = "true"; });
  place.append(...seen, span("said spoken", ""));
  return place;
}

function newRow(digit) {
  const row = document.createElement("li");
  const track = span("track", "");
  track.append(span("fill", ""));
  row.append(span("label", String(digit)), track, span("share", ""));
  return row;
}

function speak(region, sentence) {
  clearTimeout(timers.get(region));
  if (region.textContent === sentence) return;
  timers.set(region, setTimeout(() => { region.textContent = sentence; }, region.textContent ? SPEAK_AFTER : 0));
}

function span(name, text) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  return element;
}
