// Switches that this browser remembers. One that forbids storage throws: they then work without being remembered.

function recall(name) {
  try {
    return localStorage.getItem(name) === "yes";
  } catch (error) {
    console.info(`inkdigits: ${name} cannot be remembered`, error);
    return false;
  }
}

function remember(name, on) {
  try {
    localStorage.setItem(name, on ? "yes" : "no");
  } catch (error) {
    console.info(`inkdigits: ${name} cannot be remembered`, error);
  }
}
