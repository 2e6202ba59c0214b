// All runs, and the curves of those that are chosen.

import { $, ago, badge, count, el, fill, get, number, query, remember, repeat, table } from "/dashboard/foal.js";
import { Chart, lineKey, onResize } from "/dashboard/chart.js";
import { Curves, options, xNames } from "/dashboard/curves.js";

const start = query();
let runs = [];
let chosen = start.getAll("run");
let hasChosen = chosen.length > 0;
let drawn = "";

const curves = new Curves({
  metric: start.get("metric") ?? "return", x: start.get("x") ?? "steps",
  smoothing: Number(start.get("smoothing") ?? 0), group: start.get("group") ?? "none",
}, () => refresh());
const chart = new Chart($("chart"), "chart");

/** The newest run that learns, and those beside it that do the same. */
function choose() {
  const learns = (run) => ["train", "pretrain"].includes(run.command);
  const first = runs.find((run) => run.state === "running") ?? runs.find(learns) ?? runs[0];
  return runs.filter((run) => run.command === first.command && run.task === first.task)
    .slice(0, 6).map((run) => run.name);
}

function keep() {
  const { metric, x, smoothing, group } = curves.state;
  remember({
    run: hasChosen ? chosen : [], metric: metric === "return" ? "" : metric,
    x: x === "steps" ? "" : x, smoothing: smoothing ? String(smoothing) : "",
    group: group === "none" ? "" : group,
  });
}

function toggle(name, isChosen) {
  chosen = isChosen ? [...chosen, name] : chosen.filter((other) => other !== name);
  hasChosen = true;
  showList();
  refresh();
}

function row(run) {
  const place = chosen.indexOf(run.name);
  const isChosen = place >= 0;
  return el("li", { class: isChosen ? "chosen" : null },
    el("input", {
      type: "checkbox", checked: isChosen, "aria-label": `Show ${run.name}`, "data-run": run.name,
      onchange: (event) => toggle(run.name, event.target.checked),
    }),
    el("span", { class: "name" },
      isChosen && curves.state.group === "none" ? lineKey(place) : null,
      el("a", { href: `/dashboard/run?name=${encodeURIComponent(run.name)}` }, run.name),
      badge(run.state)),
    el("span", { class: "what" },
      `${run.command} ${run.task} · seed ${run.seed}${run.steps ? ` · ${count(run.steps)} steps` : ""} · ${ago(run.startedAt)}`),
    el("span", { class: "value" }, number(run.lastReturn), el("small", {}, "return")));
}

function showList() {
  const words = $("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = runs.filter((run) => {
    const text = `${run.name} ${run.command} ${run.task} ${run.state} seed ${run.seed}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const focused = document.activeElement?.dataset?.run;
  $("runs").replaceChildren(...shown.slice(0, 500).map(row));
  if (focused) document.querySelector(`[data-run="${CSS.escape(focused)}"]`)?.focus();
  $("chosen").textContent = `${chosen.length} of ${runs.length} runs in the chart`
    + (shown.length < runs.length ? `; ${shown.length} in this list` : "");
}

async function showDifferences() {
  const card = $("differences-card");
  const wish = chosen.join("\n");
  if (wish === drawn) return;
  drawn = wish;
  if (chosen.length < 2) {
    card.hidden = true;
    options($("group"), ["none", "seeds"], curves.state.group, groupWords);
    return;
  }
  const found = await get("differences", { run: chosen });
  card.hidden = false;
  const rows = found.differences.map((one) => [one.setting, ...one.values]);
  fill($("differences"), rows.length
    ? table(["setting", ...found.runs], rows, `${found.shared} other settings are the same in all.`)
    : el("p", { class: "soft" }, "Nothing: they were given the same settings."));
  const names = found.differences.map((one) => one.setting)
    .filter((name) => !["seed", "foalVersion"].includes(name));
  const group = curves.state.group;
  options($("group"), [...new Set(["none", "seeds", ...names, group])], group, groupWords);
}

const groupWords = (name) => ({ none: "one a run", seeds: "one for all seeds" })[name] ?? `one a value of ${name}`;

/** Which runs there are. */
const listNow = repeat(async () => {
  const list = await get("runs");
  runs = list.runs;
  $("nothing").hidden = runs.length > 0;
  $("workbench").hidden = runs.length === 0;
  if (runs.length === 0) return 1500;
  const isFirst = chosen.length === 0;
  const known = chosen.filter((name) => runs.some((run) => run.name === name));
  chosen = hasChosen ? known : choose();
  const live = runs.filter((run) => run.state === "running").length;
  $("lead").textContent = `${runs.length} recorded${live ? `, ${live} running now` : ""}.`;
  showList();
  keep();
  if (isFirst) drawNow();
  return live ? 1500 : 3000;
});

/** The curves, as soon as they grow. */
const drawNow = repeat(async () => {
  $("chart").hidden = chosen.length === 0;
  if (chosen.length === 0) return 1500;
  curves.links(chosen);
  chart.xName = xNames[curves.state.x];
  const data = await chart.load(curves.query(chosen));
  curves.metrics(data.metrics);
  await showDifferences();
  return data.isLive ? 400 : 1500;
});

function refresh() {
  keep();
  drawNow();
}

$("filter").addEventListener("input", showList);
onResize(refresh);
