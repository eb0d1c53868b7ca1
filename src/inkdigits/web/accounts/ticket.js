// Brings a ticket to the route that sets the cookie, or gives the cookie back; then the page starts anew with it.

const brought = new Set(); // the default export runs again on every change of the page

async function bring({ ticket, path, then }, status) {
  let words;
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ticket }),
      credentials: "same-origin",
    });
    if (response.ok) {
      if (then) location.replace(then);
      else location.reload();
      return;
    }
    const answer = await response.json().catch(() => ({}));
    words = answer.error ?? "This server keeps nobody signed in: start it with inkdigits app.";
  } catch (error) {
    words = "The server does not answer. Try again in a moment.";
    console.warn("inkdigits:", error);
  }
  status.textContent = words;
  status.setAttribute("role", "alert");
}

export default function ({ data, parentElement }) {
  if (brought.has(data.ticket)) return;
  brought.add(data.ticket);
  bring(data, parentElement.querySelector("p"));
}
