// The voice: tells the pad that its frame was read and, when the switch is on, speaks the answer once it has settled.
// The switch is remembered in this browser.

const SETTLED = 700; // milliseconds of rest until an answer is spoken
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
    this.rest = new Rest(SETTLED, () => this.#tell());
    this.on = recall(REMEMBERED);
    this.#show();
  }

  update({ pad, revision, down, words }) {
    this.words = words;
    if (!words && revision >= this.rest.newest) this.said = ""; // the next drawing may have the same answer
    window.dispatchEvent(new CustomEvent(READ, { detail: { pad, revision, down } }));
  }

  dispose() {
    this.rest.dispose();
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
    remember(REMEMBERED, on);
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
