// Pasted pictures take the uploader's own road, so they travel, are limited and show like dropped ones. Files over the
// uploader's limit are told to Python, which says so where people look.
//
// They are told once the others have set out: a run of the script empties the session's queue of messages, and with it
// the addresses that the uploader has asked for, which then waits for ever (Streamlit's AppSession._clear_queue). The
// uploader shows a file when it has its address, and gives way to a new one when the page has taken its files.

const INPUT = "input[type=file]";
const SHOWN = ".stFileChip";
const LONGEST = 60_000; // milliseconds until files that never showed count as lost

const intakes = new Map(); // by zone: what is still to be told outlives a visit to another page
let pasted = 0;

class Intake {
  constructor() {
    this.refused = [];
    this.awaited = null; // the uploader that took files last, how many it will show, and until when to wait
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
    const parcel = new DataTransfer();
    pictures.forEach((file) => parcel.items.add(named(file)));
    input.files = parcel.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #take(event) {
    const [input] = this.find(INPUT);
    if (!input?.closest(".stFileUploader").contains(event.target)) return;
    const files = [...(event.dataTransfer?.files || event.target.files || [])];
    const refused = files.filter((file) => file.size > this.limit).map(({ name, size }) => ({ name, size }));
    if (refused.length < files.length) {
      const before = this.#travels() ? this.awaited.shown : this.find(SHOWN).length;
      this.awaited = { input, shown: before + files.length, until: performance.now() + LONGEST };
    }
    this.refused.push(...refused);
    this.#tell();
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
