// Follows the learner's file and the training of their network: a second or two after the file was
// saved it is graded, and the page shows how it stands.

import { request } from "./connection.js";
import { follow } from "./live-form.js";

const EVERY = 1200;
const live = () => document.getElementById("live");

let seen = null;

async function look() {
  const answer = await request("/build/state");
  if (!answer.ok) return;
  const state = await answer.json();
  const now = JSON.stringify(state);
  if (seen === null) seen = JSON.stringify({ ...state, stamp: live().dataset.stamp ?? "" });
  if (now === seen || document.querySelector("form[aria-busy=true]")) return;
  const saved = JSON.parse(seen).stamp !== state.stamp;
  seen = now;
  const form = document.getElementById("grade");
  if (saved && form !== null && document.querySelector("[name=on-save]:checked")) form.requestSubmit();
  else await follow(new URL(location.href));
}

async function watch() {
  if (document.visibilityState === "visible") await look();
  setTimeout(watch, EVERY);
}
watch();
