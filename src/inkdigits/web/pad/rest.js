// A pen at rest: the pad tells of every change of its ink, the voice which of them Python has read. An answer counts once
// it belongs to the newest ink, the pen is up, and nothing has changed for a while.

const INKED = "inkdigits:ink";
const READ = "inkdigits:read";

class Rest {
  constructor(pause, act) {
    this.newest = 0;
    this.inked = ({ detail }) => {
      clearTimeout(this.timer);
      this.newest = detail.revision;
    };
    this.read = ({ detail: { revision, down } }) => {
      clearTimeout(this.timer);
      if (!down && revision >= this.newest) this.timer = setTimeout(() => act(revision), pause);
    };
    window.addEventListener(INKED, this.inked);
    window.addEventListener(READ, this.read);
  }

  dispose() {
    clearTimeout(this.timer);
    window.removeEventListener(INKED, this.inked);
    window.removeEventListener(READ, this.read);
  }
}
