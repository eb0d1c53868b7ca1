// Pasted pictures take the uploader's own road, so they travel, are limited and show like dropped ones. Files over the
// uploader's limit are told to Python, which says so where people look.
//
// A run of the script empties the session's queue of messages, and with it the addresses that the uploader has asked
// for, which then waits for ever (Streamlit's AppSession._clear_queue). So what is too large is told once the others
// have set out, and files that have not while the page was at rest are handed to the uploader once more. It shows a
// file when it has its address, and gives way to a new one when the page has taken its files.

const INPUT = "input[type=file]";
const SHOWN = ".stFileChip";
const NAME = ".stFileChipName";
const AT_REST = "[data-test-script-state=notRunning][data-test-connection-state=CONNECTED]";
const REST = 4_000; // milliseconds of a page at rest until files that have not shown are handed over again
const LOOK = 250; // milliseconds between two looks at that
const LONGEST = 60_000; // milliseconds until files that never showed count as lost

const intakes = new Map(); // by zone: what is still to be told outlives a visit to another page
let pasted = 0;

class Intake {
  constructor() {
    this.refused = [];
    this.awaited = null; // the uploader that took files last, which, how many it will show, and until when to wait
    this.observer = new MutationObserver(() => this.#tell());
  }

  // Gives the handle for its end.
  mount({ data, setTriggerValue }) {
    this.unmount(this.mounted);
    this.mounted = new AbortController();
    const { signal } = this.mounted;
    this.find = (selector) => [...document.querySelectorAll(`.st-key-${data.zone} ${selector}`)];
    this.limit = data.limit;
    this.send = (refused) => setTriggerValue("refused", refused);
    document.addEventListener("paste", (event) => this.#paste(event), { signal });
    for (const name of ["drop", "change"]) {
      document.addEventListener(name, (event) => this.#take(event), { capture: true, signal });
    }
    this.#tell();
    return this.mounted;
  }

  unmount(mounted) {
    mounted?.abort();
    if (mounted !== this.mounted) return; // another place has it already
    this.#rest();
    this.send = null;
  }

  #paste(event) {
    const target = event.composedPath()[0];
    const [input] = this.find(INPUT);
    const pictures = [...(event.clipboardData?.files || [])].filter((file) => file.type.startsWith("image/"));
    if (!input || pictures.length === 0 || target.isContentEditable) return;
    event.preventDefault();
    hand(pictures.map(named), input);
  }

  #take(event) {
    const [input] = this.find(INPUT);
    if (!input?.closest(".stFileUploader").contains(event.target)) return;
    if (this.handing) return; // these are known
    const files = [...(event.dataTransfer?.files || event.target.files || [])];
    const refused = files.filter((file) => file.size > this.limit).map(({ name, size }) => ({ name, size }));
    if (refused.length < files.length) {
      const before = this.#travels() ? this.awaited : { files: [], shown: this.find(SHOWN).length };
      const taken = [...before.files, ...files.filter((file) => file.size <= this.limit)];
      const until = performance.now() + LONGEST;
      this.awaited = { input, files: taken, shown: before.shown + files.length, until };
      this.#follow();
    }
    this.refused.push(...refused);
    this.#tell();
  }

  // Sees to it that the files set out.
  #follow() {
    clearInterval(this.pulse);
    let rested = 0;
    this.pulse = setInterval(() => {
      if (!this.#travels()) {
        clearInterval(this.pulse);
        return;
      }
      rested = document.querySelector(AT_REST) ? rested + LOOK : 0;
      if (rested < REST) return;
      rested = 0;
      this.#hand_again();
    }, LOOK);
  }

  #hand_again() {
    const { files, input } = this.awaited;
    const there = new Set(this.find(NAME).map((place) => place.title));
    const lost = files.filter((file) => !there.has(file.name));
    if (lost.length === 0) return;
    console.info(`inkdigits: ${lost.length} files have not set out, handed over once more`);
    this.handing = true;
    hand(lost, input);
    this.handing = false;
  }

  #travels() {
    const { input, shown, until } = this.awaited ?? {};
    return Boolean(input?.isConnected) && this.find(SHOWN).length < shown && performance.now() < until;
  }

  #tell() {
    this.#rest();
    if (!this.refused.length || !this.send) return;
    if (this.#travels()) {
      this.observer.observe(document.body, { childList: true, subtree: true });
      this.timer = setTimeout(() => this.#tell(), this.awaited.until - performance.now());
    } else {
      this.send(this.refused.splice(0));
    }
  }

  #rest() {
    this.observer.disconnect();
    clearTimeout(this.timer);
  }
}

// Gives files to an uploader as if they had been chosen.
function hand(files, input) {
  const parcel = new DataTransfer();
  files.forEach((file) => parcel.items.add(file));
  input.files = parcel.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function named(file) {
  pasted += 1;
  const suffix = file.type.split("/")[1];
  return new File([file], `pasted-${pasted}.${suffix}`, { type: file.type });
}

// Runs again whenever the theme changes; what listens, listens once.
export default function (component) {
  const { zone } = component.data;
  const intake = intakes.get(zone) ?? new Intake();
  intakes.set(zone, intake);
  const mounted = intake.mount(component);
  return () => intake.unmount(mounted);
}
