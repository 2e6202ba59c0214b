// One environment as a stage: an agent acts on it step by step, or the reader does by keyboard.

import { $, drawing, el, facts, fill, get, number, post, problem, query, remember } from "/dashboard/foal.js";

const start = query();
const name = start.get("name") ?? "";
let page = null;
let episode = null;
let waiting = [];
let isFetching = false;
let isGoing = false;
let timer = null;
let held = null;
let lastAction = null;
let scores = [];
let scored = "";

const perSecond = () => Math.round(1.22 ** Number($("speed").value));
const isPerson = () => episode?.player === "person";

/** What the list of players says. */
const players = {
  words: (value) => value === "person" ? "you, by keyboard" : value === "expert" ? "the task's expert"
    : value === "random" ? "random actions" : `agent ${value.slice(6)}`,
  all: () => [...page.agents.map((agent) => `agent:${agent}`), ...(page.hasExpert ? ["expert"] : []), "random", "person"],
};

function wish() {
  const player = $("player").value;
  const isAgent = player.startsWith("agent:");
  return {
    environment: name, task: page.environment.kind === "family" ? Number($("task").value) : 0,
    seed: Number($("seed").value), tries: Number($("tries").value),
    player: isAgent ? "agent" : player, agent: isAgent ? player.slice(6) : undefined,
  };
}

async function begin() {
  pause();
  const asked = wish();
  const key = `${asked.task} ${asked.seed}`;
  if (key !== scored) scores = [];
  scored = key;
  try {
    const begun = await post("episodes", asked);
    problem(null);
    waiting = [];
    lastAction = null;
    episode = { ...begun, player: asked.player };
    pause();
    scores.push({ who: players.words($("player").value), returns: [] });
    remember({ name, player: $("player").value, task: asked.task ? String(asked.task) : "", seed: asked.seed ? String(asked.seed) : "" });
    showParameters(begun.parameters);
    show(begun.frame);
    showScores();
    $("play").hidden = !isPerson();
    $("stage").classList.toggle("playing", isPerson());
    if (isPerson()) {
      $("stage").focus();
      say(`Your turn. ${told(begun.frame)}`);
    } else {
      say(`${players.words($("player").value)} begins. ${told(begun.frame)}`);
      go();
    }
  } catch (error) {
    problem(error);
  }
}

const told = (frame) => (frame.picture?.notes ?? []).join(". ");

function say(text) { $("spoken").textContent = text; }

/** Shows a frame. */
function show(frame) {
  episode.frame = frame;
  $("try").textContent = `${frame.try} of ${episode.tries}`;
  $("step").textContent = frame.step;
  $("return").textContent = number(frame.return);
  const key = page.controls.keys.find((one) => one.index !== undefined && one.index === frame.action);
  $("did").textContent = key ? key.name : (frame.components ?? []).map(number).join(", ");
  if (frame.picture) {
    const svg = drawing(frame.picture.svg);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `${page.environment.name}, try ${frame.try}, step ${frame.step}, return ${number(frame.return)}`);
    $("picture").replaceChildren(svg);
  }
  const notes = frame.picture?.notes.length ? frame.picture.notes : [page.environment.summary];
  const isHidden = notes.some((note) => note.startsWith("("));
  fill($("told"), ...notes.map((note) => el("p", {}, note)),
    isHidden ? el("p", { class: "small soft" }, "What is in brackets the agent is not told: it has to find out.") : null);
  for (const button of $("keys").children) {
    const index = Number(button.dataset.index);
    button.disabled = frame.isOver || (frame.allowed ? !frame.allowed.includes(index) : false);
  }
  $("over").hidden = !frame.end;
  if (frame.end) {
    const words = frame.end.isSolved ? "solved" : frame.end.terminated ? "over" : "out of steps";
    $("over").replaceChildren(`Try ${frame.try}: ${words}`,
      el("small", {}, `return ${number(frame.return)} after ${frame.step} steps`));
    say(`Try ${frame.try} ${words}: return ${number(frame.return)} after ${frame.step} steps.`);
    scores[scores.length - 1].returns.push(frame.return);
    showScores();
  }
  $("go").disabled = $("once").disabled = frame.isOver;
  if (frame.isOver) pause();
}

function showScores() {
  const most = Math.max(1, ...scores.map((one) => one.returns.length), episode?.tries ?? 1);
  const best = Math.max(...scores.flatMap((one) => one.returns));
  const cell = (value) => value === undefined ? "" : el("span", { class: value === best ? "best" : null }, number(value));
  const rows = scores.map((one) => [one.who, ...Array.from({ length: most }, (_, index) => cell(one.returns[index]))]);
  const yardsticks = [["random actions, mean", number(page.randomReturn)], ["counts as score 1", number(page.referenceReturn)]];
  fill($("score"),
    table(["who", ...Array.from({ length: most }, (_, index) => `#try ${index + 1}`)], rows),
    el("dl", { class: "facts" }, ...facts(yardsticks)));
}

function showParameters(parameters) {
  fill($("facts"), ...facts([
    ["sees", page.observation], ["does", page.actions],
    ["at most", page.stepLimit ? `${page.stepLimit} steps a try` : null],
    ["solved at", page.solvedReturn === undefined ? null : `a return of ${number(page.solvedReturn)}`],
    ["from", page.environment.source],
    ...(page.environment.kind === "family" ? parameters.map((one) => [
      one.name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), number(one.value)]) : []),
  ]));
}

/** Asks for steps ahead, so that they are there when their time comes. */
async function fetchAhead(steps) {
  if (isFetching || episode.isDone) return;
  isFetching = true;
  const asked = episode;
  try {
    const { frames } = await post(`episodes/${asked.id}/steps`, steps);
    if (asked !== episode) return;
    waiting.push(...frames);
    if (frames.some((frame) => frame.isOver)) episode.isDone = true;
    problem(null);
  } catch (error) {
    if (asked === episode) {
      pause();
      problem(error);
    }
  } finally {
    isFetching = false;
  }
}

function next() {
  const frame = waiting.shift();
  if (frame) show(frame);
  return frame;
}

async function tick() {
  timer = null;
  if (!isGoing || !episode) return;
  let wait = 1000 / perSecond();
  if (isPerson()) {
    const key = held ?? page.controls.keys[page.controls.idle ?? -1] ?? lastAction;
    if (waiting.length) next();
    else if (key && !episode.frame.isOver) await act(key);
  } else {
    if (waiting.length === 0) await fetchAhead({ count: Math.min(50, Math.max(4, perSecond())) });
    else if (waiting.length < perSecond() / 2) fetchAhead({ count: Math.min(50, Math.max(4, perSecond())) });
    next();
  }
  if (episode?.frame.end) wait = Math.max(wait, 1100);
  if (isGoing && timer === null) timer = setTimeout(tick, wait);
}

function go() {
  if (!episode || episode.frame.isOver) return;
  isGoing = true;
  $("go").textContent = "Pause";
  if (timer === null) tick();
}

function pause() {
  isGoing = false;
  clearTimeout(timer);
  timer = null;
  $("go").textContent = isPerson() ? "Let time run" : "Go on";
}

async function once() {
  if (!episode || episode.frame.isOver) return;
  pause();
  if (isPerson()) {
    const key = page.controls.keys[page.controls.idle ?? -1] ?? lastAction ?? page.controls.keys[0];
    await act(key);
    return;
  }
  if (waiting.length === 0) await fetchAhead({ count: 1 });
  next();
}

/** Does what a key stands for. */
async function act(key) {
  if (!isPerson() || isFetching || episode.frame.isOver) return;
  lastAction = key;
  await fetchAhead({ action: key.index, components: key.components });
  const frame = next();
  // The start of the next try is shown when the reader has seen how this one ended.
  if (frame && !frame.end && !isGoing) say(`${key.name}, return ${number(frame.return)}`);
  if (frame?.end && waiting.length) setTimeout(() => { if (waiting.length) next(); }, 1100);
}

const keyOf = (event) => page?.controls.keys.find((one) =>
  one.keys.some((name) => name.toLowerCase() === event.key.toLowerCase()));

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || !episode) return;
  if (!isPerson()) {
    if (event.key === " ") { event.preventDefault(); isGoing ? pause() : go(); }
    if (event.key === "ArrowRight") { event.preventDefault(); once(); }
    return;
  }
  const key = keyOf(event);
  if (!key) return;
  event.preventDefault();
  held = key;
  mark(key, true);
  if (!isGoing && waiting.length === 0) act(key);
}

function release(event) {
  const key = keyOf(event);
  if (!key) return;
  mark(key, false);
  if (held === key) held = null;
}

function mark(key, isDown) {
  $("keys").children[page.controls.keys.indexOf(key)]?.classList.toggle("down", isDown);
}

const shown = (key) => ({ ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", " ": "space", PageUp: "page up", PageDown: "page down" })[key] ?? key.toUpperCase();

function showKeys() {
  $("keys").replaceChildren(...page.controls.keys.map((key) => el("button", {
    type: "button", "data-index": String(key.index ?? -1), onclick: () => act(key),
  }, key.name, ...key.keys.map((one) => el("kbd", {}, shown(one))))));
  $("hint").textContent = "Focus the stage and press a key: each press is one step. “Let time run” takes a step whenever its time comes, with the key that is held then.";
}

function table(columns, rows) {
  return el("table", {}, el("thead", {}, el("tr", {}, ...columns.map((column) =>
    el("th", { scope: "col", class: column.startsWith("#") ? "number" : null }, column.replace("#", ""))))),
  el("tbody", {}, ...rows.map(([first, ...rest]) => el("tr", {}, el("th", { scope: "row" }, first),
    ...rest.map((cell) => el("td", { class: "number" }, cell))))));
}

async function open() {
  page = await get("environment", { name });
  const { environment } = page;
  document.title = `${environment.name} · Foal`;
  $("name").textContent = environment.alias ?? environment.name;
  $("kind").textContent = environment.kind === "family" ? "family of tasks" : "environment";
  $("lead").textContent = `${environment.summary[0].toUpperCase()}${environment.summary.slice(1)}.`;
  $("task-label").hidden = environment.kind !== "family";
  $("player").replaceChildren(...players.all().map((value) => new Option(players.words(value), value)));
  if (players.all().includes(start.get("player"))) $("player").value = start.get("player");
  if (start.get("task")) $("task").value = start.get("task");
  if (start.get("seed")) $("seed").value = start.get("seed");
  // A room is looked at step by step; a pole falls in time.
  $("speed").value = environment.name.startsWith("playroom") || ["room-maze", "bit-flip"].includes(environment.name) ? 8 : 16;
  $("speed-value").textContent = perSecond();
  showKeys();
  await begin();
}

$("wish").addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
$("player").addEventListener("change", begin);
$("go").addEventListener("click", () => { isGoing ? pause() : go(); if (isPerson()) $("stage").focus(); });
$("once").addEventListener("click", once);
$("speed").addEventListener("input", () => { $("speed-value").textContent = perSecond(); });
$("stage").addEventListener("keydown", press);
$("stage").addEventListener("keyup", release);
$("stage").addEventListener("blur", () => { held = null; });
document.addEventListener("visibilitychange", () => { if (document.hidden) pause(); });
open().catch(problem);
