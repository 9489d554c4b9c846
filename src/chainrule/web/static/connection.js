// Requests that outlive their server. One that gets no answer waits: the page says what happened, and
// goes on by itself when the server is back. Nothing that was typed or drawn is lost by that.

const PATIENCE = 4000;
const EVERY = 1000;
const HEARTBEAT = 2000;

const WORDS = {
  lost: "The page's server does not answer: it has ended, or was killed. Start it again in the terminal: chainrule open. Nothing is lost. This page goes on by itself then.",
  slow: "The page's server has not answered for some seconds: it is busy, or was stopped. Nothing is lost. This page goes on by itself when it answers.",
  foreign: "The page's server was started anew and does not know this page. Open the address that the terminal shows in this browser. Nothing is lost. This page goes on by itself then.",
  back: "The server answers again: the page goes on.",
};

let state = "";
let started = null;

function say(next) {
  if (next === state) return;
  state = next;
  let note = document.getElementById("lost");
  if (note === null) {
    note = document.createElement("p");
    note.id = "lost";
    document.getElementById("main").prepend(note);
  }
  note.className = next === "back" ? "regained" : "fault";
  note.setAttribute("role", next === "back" ? "status" : "alert");
  note.textContent = WORDS[next];
}

function goesOn() {
  if (state === "") return;
  say("back");
  setTimeout(() => {
    if (state !== "back") return;
    document.getElementById("lost")?.remove();
    state = "";
  }, 4000);
}

let asked = null;

// Whether there is a server that knows this page; asked once at a time.
function alive() {
  asked ??= ask().finally(() => (asked = null));
  return asked;
}

async function ask() {
  const slow = setTimeout(() => say("slow"), PATIENCE);
  let answer;
  try {
    answer = await fetch("/alive", { cache: "no-store" });
  } catch {
    say("lost");
    return false;
  } finally {
    clearTimeout(slow);
  }
  if (!answer.ok) {
    say("foreign");
    return false;
  }
  const server = await answer.json().catch(() => null);
  if (server === null) return false;
  // What a change needs now: another token than before, where the server was started anew.
  document.body.dataset.token = server.token;
  for (const field of document.querySelectorAll("input[name=token]")) field.value = server.token;
  if (started !== null && started !== server.started) document.dispatchEvent(new Event("restarted"));
  started = server.started;
  goesOn();
  return true;
}

let watching = null;

// Resolves when the server is there again. It is looked for every second, and at once when the page
// wakes up: the lid was opened, the tab is seen again.
function back() {
  watching ??= new Promise((resolve) => {
    const look = async () => {
      clearTimeout(next);
      if (await alive()) {
        for (const [what, where] of WAKES) where.removeEventListener(what, look);
        watching = null;
        resolve();
      } else {
        next = setTimeout(look, EVERY);
      }
    };
    let next = setTimeout(look, EVERY);
    for (const [what, where] of WAKES) where.addEventListener(what, look);
  });
  return watching;
}

const WAKES = [["resume", document], ["visibilitychange", document], ["online", window], ["pageshow", window]];

// As `fetch`, with the token of the page; it is asked again until a server answers. `wanted` says
// whether the answer still is: null where it is not.
export async function request(url, options = {}, wanted = () => true) {
  for (let refused = 0; ; ) {
    const headers = { ...options.headers, "X-Token": document.body.dataset.token };
    const slow = setTimeout(() => say("slow"), PATIENCE);
    let answer = null;
    try {
      answer = await fetch(url, { ...options, headers });
    } catch {
      say("lost");
    } finally {
      clearTimeout(slow);
    }
    if (answer !== null && (answer.status !== 403 || ++refused > 2)) {
      goesOn();
      return answer;
    }
    if (answer === null || !(await alive())) await back();
    if (!wanted()) return null;
  }
}

// While it is seen, the page notices by itself that its server has gone.
async function beat() {
  if (document.visibilityState === "visible" && watching === null && !(await alive())) back();
}
setInterval(beat, HEARTBEAT);
for (const [what, where] of WAKES) where.addEventListener(what, beat);
beat();

// While no server answers, a link or a form waits for one: the page that one has is better than the
// browser's own page of an error. Whoever takes the event for itself comes first.
const answers = () => state === "" || state === "back";

let going = false;
export async function leave(how) {
  if (going) return;
  going = true;
  if (!(await alive())) await back();
  going = false;
  how();
}

addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (answers() || event.defaultPrevented || link === null || link.target !== "" || event.button !== 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || (url.hash !== "" && url.pathname + url.search === location.pathname + location.search)) return;
  event.preventDefault();
  leave(() => location.assign(link.href));
});

addEventListener("submit", (event) => {
  if (answers() || event.defaultPrevented) return;
  event.preventDefault();
  const form = event.target;
  leave(() => form.submit());
});
