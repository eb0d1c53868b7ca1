// The large mode: a bigger pad, larger type, more contrast, and answers that are spoken once the pen rests. It belongs to
// the page that has the switch, and is remembered in this browser.

const REMEMBERED_LARGE = "inkdigits.large";
const SPEAK = "inkdigits:speak"; // the voice listens

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

export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  show(button, recallLarge());
  button.onclick = () => {
    const on = button.ariaChecked !== "true";
    rememberLarge(on);
    show(button, on);
    window.dispatchEvent(new CustomEvent(SPEAK, { detail: on }));
  };
  return () => document.documentElement.removeAttribute("data-ink-large");
}
