// The large mode: a bigger pad, larger type, more contrast, and answers that are spoken once the pen rests. Nothing has to
// be pressed: where the page waits for its button, a pause of the pen presses it. The mode belongs to the page that has the
// switch, and is remembered in this browser.

const REMEMBERED = "inkdigits.large";
const SPEAK = "inkdigits:speak"; // the voice listens
const LARGE = "inkdigits:large"; // the answer listens: it has other words then
const DONE_AFTER = 1200; // milliseconds of rest that are an answer to "done?"
const PREDICT = ".st-key-draw-predict button";

const rests = new WeakMap();

function show(button, on) {
  button.ariaChecked = String(on);
  document.documentElement.toggleAttribute("data-ink-large", on);
  window.dispatchEvent(new CustomEvent(LARGE));
}

// Presses the button once a revision, when the pen has rested.
function pressAtRest(isOn) {
  let pressed = 0;
  return new Rest(DONE_AFTER, (revision) => {
    const button = document.querySelector(PREDICT);
    if (revision === pressed || !isOn() || !button || button.disabled) return;
    pressed = revision;
    button.click();
  });
}

export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  show(button, recall(REMEMBERED));
  button.onclick = () => {
    const on = button.ariaChecked !== "true";
    remember(REMEMBERED, on);
    show(button, on);
    window.dispatchEvent(new CustomEvent(SPEAK, { detail: on }));
  };
  rests.get(parentElement)?.dispose();
  const rest = pressAtRest(() => button.ariaChecked === "true");
  rests.set(parentElement, rest);
  return () => {
    rest.dispose();
    document.documentElement.removeAttribute("data-ink-large");
  };
}
