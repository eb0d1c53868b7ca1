// The voice: tells the pad that its frame was read and, when the switch is on, speaks the answer once it has settled.
// The switch is remembered in this browser.

const SETTLED = 700; // milliseconds without a new answer
const REMEMBERED = "inkdigits.read-aloud";

const voices = new WeakMap();

class Voice {
  constructor(root) {
    this.root = root;
    this.button = root.querySelector("button");
    this.button.hidden = !("speechSynthesis" in window);
    this.button.onclick = () => this.#turn(!this.on);
    this.asked = ({ detail }) => this.#turn(detail); // by the switch of the large mode
    window.addEventListener("inkdigits:speak", this.asked);
    this.said = "";
    this.on = recall();
    this.#show();
  }

  update({ pad, revision, words }) {
    window.dispatchEvent(new CustomEvent("inkdigits:read", { detail: { pad, revision } }));
    clearTimeout(this.timer);
    this.words = words;
    this.timer = setTimeout(() => this.#tell(), SETTLED);
  }

  dispose() {
    clearTimeout(this.timer);
    window.removeEventListener("inkdigits:speak", this.asked);
    if (this.on) speechSynthesis.cancel();
  }

  #tell() {
    if (this.words === this.said) return;
    this.said = this.words;
    if (this.on) speak(this.words);
  }

  #turn(on) {
    this.on = on;
    remember(on);
    this.#show();
    // Phones let a page speak only after it spoke in answer to a touch.
    if (on) speak(this.said || "Reading aloud");
    else speechSynthesis.cancel();
  }

  #show() {
    this.button.ariaChecked = String(this.on);
  }
}

function speak(words) {
  speechSynthesis.cancel();
  if (!words) return;
  const utterance = new SpeechSynthesisUtterance(words);
  utterance.lang = "en";
  speechSynthesis.speak(utterance);
}

// A browser that forbids storage throws here: the switch then works without being remembered.
function recall() {
  try {
    return localStorage.getItem(REMEMBERED) === "yes";
  } catch (error) {
    console.info("inkdigits: the read-aloud switch cannot be remembered", error);
    return false;
  }
}

function remember(on) {
  try {
    localStorage.setItem(REMEMBERED, on ? "yes" : "no");
  } catch (error) {
    console.info("inkdigits: the read-aloud switch cannot be remembered", error);
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".voice");
  let voice = voices.get(parentElement);
  if (voice?.root !== root) {
    voice?.dispose();
    voice = new Voice(root);
    voices.set(parentElement, voice);
  }
  voice.update(data);
  return () => {
    voice.dispose();
    voices.delete(parentElement);
  };
}
