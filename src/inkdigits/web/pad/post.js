// The way to Python: numbered revisions, one frame in flight at a time, and no more than one in PAUSE milliseconds.

const PAUSE = 100;
const PATIENCE = 2000; // milliseconds until an unanswered frame counts as lost

class Post {
  constructor(name, root, compose) {
    this.name = name;
    this.root = root;
    this.compose = compose;
    this.sent = 0;
    this.sentAt = -PAUSE;
    this.awaited = null;
    this.waiting = false;
    this.urgent = false;
    this.timer = 0;
    this.answered = (event) => event.detail.pad === name && this.#onAnswer(event.detail.revision);
    window.addEventListener("inkdigits:read", this.answered);
  }

  dispose() {
    clearTimeout(this.timer);
    window.removeEventListener("inkdigits:read", this.answered);
  }

  // Sends the newest ink as soon as the rules allow; urgent ink (a pen lifted, a button) skips the pause.
  send(urgent) {
    this.waiting = true;
    this.urgent ||= urgent;
    this.#next();
  }

  #next() {
    clearTimeout(this.timer);
    const now = performance.now();
    if (this.awaited !== null && now >= this.sentAt + PATIENCE) this.awaited = null;
    const ready = this.sentAt + (this.awaited !== null ? PATIENCE : this.urgent ? 0 : PAUSE);
    if (now < ready) {
      this.timer = setTimeout(() => this.#next(), ready - now);
    } else if (this.waiting) {
      const frame = this.compose();
      this.waiting = this.urgent = false;
      this.sentAt = now;
      this.sent = this.awaited = frame.revision;
      this.setStateValue("ink", frame);
    }
    this.#show();
  }

  #onAnswer(revision) {
    if (this.awaited !== null && revision >= this.awaited) this.awaited = null;
    else if (this.awaited === null && revision < this.sent) this.waiting = true; // a new session forgot the ink
    if (this.waiting) this.#next();
    this.#show();
  }

  // Marks the pad while ink is on its way; not as aria-busy, which would silence what the pad says meanwhile.
  #show() {
    this.root.toggleAttribute("data-sending", this.waiting || this.awaited !== null);
  }
}
