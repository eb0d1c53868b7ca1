// The large mode: a bigger pad, larger type, more contrast, and answers that are spoken once the pen rests. Nothing has to
// be pressed: where the page waits for its button, a pause of the pen presses it. The mode belongs to the page that has the
// switch, and is remembered in this browser.

const REMEMBERED_LARGE = "inkdigits.large";
const SPEAK = "inkdigits:speak"; // the voice listens
const READ = "inkdigits:read"; // the voice tells that Python has the ink of a revision
const REST = 1200; // milliseconds without a pen that are an answer to "done?"
const PREDICT = ".st-key-draw-predict button";

const pauses = new WeakMap();

function recallLarge() {
  try {
    return localStorage.getItem(REMEMBERED_LARGE) === "yes";
  } catch (error) {
    console.info("inkdigits: the large mode cannot be remembered", error);
    return false;
  }
}

function rememberLarge(on) {
  try {
    localStorage.setItem(REMEMBERED_LARGE, on ? "yes" : "no");
  } catch (error) {
    console.info("inkdigits: the large mode cannot be remembered", error);
  }
}

function show(button, on) {
  button.ariaChecked = String(on);
  document.documentElement.toggleAttribute("data-ink-large", on);
}

// Presses the button once a revision, when the pen has rested.
class Pause {
  constructor(isOn) {
    this.isOn = isOn;
    this.begun = () => clearTimeout(this.timer);
    this.came = ({ detail }) => this.#wait(detail.revision);
    window.addEventListener("pointerdown", this.begun, true);
    window.addEventListener(READ, this.came);
  }

  dispose() {
    clearTimeout(this.timer);
    window.removeEventListener("pointerdown", this.begun, true);
    window.removeEventListener(READ, this.came);
  }

  #wait(revision) {
    clearTimeout(this.timer);
    if (revision === this.pressed) return;
    this.timer = setTimeout(() => {
      const button = document.querySelector(PREDICT);
      if (!this.isOn() || !button || button.disabled) return;
      this.pressed = revision;
      button.click();
    }, REST);
  }
}

export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  show(button, recallLarge());
  button.onclick = () => {
    const on = button.ariaChecked !== "true";
    rememberLarge(on);
    show(button, on);
    window.dispatchEvent(new CustomEvent(SPEAK, { detail: on }));
  };
  pauses.get(parentElement)?.dispose();
  const pause = new Pause(() => button.ariaChecked === "true");
  pauses.set(parentElement, pause);
  return () => {
    pause.dispose();
    document.documentElement.removeAttribute("data-ink-large");
  };
}
