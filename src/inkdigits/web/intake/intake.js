// Pasted pictures take the uploader's own road, so they travel, are limited and show like dropped ones.
const AFTER_OTHERS = 2000; // milliseconds
let pasted = 0;

export default function ({ data, setTriggerValue }) {
  const zone = () => document.querySelector(`.st-key-${data.zone}`);

  const onPaste = (event) => {
    const target = event.composedPath()[0];
    const input = zone()?.querySelector("input[type=file]");
    const pictures = [...(event.clipboardData?.files || [])].filter((file) => file.type.startsWith("image/"));
    if (!input || pictures.length === 0 || target.isContentEditable) return;
    event.preventDefault();
    const parcel = new DataTransfer();
    pictures.forEach((file) => parcel.items.add(named(file)));
    input.files = parcel.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const onFiles = (event) => {
    if (!zone()?.contains(event.target)) return;
    const files = [...(event.dataTransfer?.files || event.target.files || [])];
    const refused = files.filter((file) => file.size > data.limit).map(({ name, size }) => ({ name, size }));
    if (refused.length === 0) return;
    // A run of the page while the others travel can cost one of them: they go first.
    setTimeout(() => setTriggerValue("refused", refused), refused.length < files.length ? AFTER_OTHERS : 0);
  };

  document.addEventListener("paste", onPaste);
  document.addEventListener("drop", onFiles, true);
  document.addEventListener("change", onFiles, true);
  return () => {
    document.removeEventListener("paste", onPaste);
    document.removeEventListener("drop", onFiles, true);
    document.removeEventListener("change", onFiles, true);
  };
}

function named(file) {
  pasted += 1;
  const suffix = file.type.split("/")[1];
  return new File([file], `pasted-${pasted}.${suffix}`, { type: file.type });
}
