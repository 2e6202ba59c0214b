// One run: its curve, everything else that it measured, what happened, and how it was set.

import { $, address, ago, badge, count, el, facts, fill, get, minute, number, query, remember, repeat, table, time } from "/dashboard/foal.js";
import { Chart, onResize } from "/dashboard/chart.js";
import { Curves, xNames } from "/dashboard/curves.js";

const start = query();
const name = start.get("name") ?? "";
const chart = new Chart($("chart"), "chart");
const tries = new Chart($("tries"), "tries", { xName: "try" });
const multiples = new Map();
const isSeen = new Set();

const curves = new Curves({
  metric: start.get("metric") ?? "return", x: start.get("x") ?? "steps",
  smoothing: Number(start.get("smoothing") ?? 0),
}, () => {
  const { metric, x, smoothing } = curves.state;
  remember({
    name, metric: metric === "return" ? "" : metric, x: x === "steps" ? "" : x,
    smoothing: smoothing ? String(smoothing) : "",
  });
  refresh();
});

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const metric = entry.target.dataset.metric;
    if (entry.isIntersecting) isSeen.add(metric); else isSeen.delete(metric);
  }
}, { rootMargin: "200px" });

function showHead({ run, siblings }) {
  document.title = `${run.name} · Foal`;
  $("name").textContent = run.name;
  fill($("state"), badge(run.state));
  $("lead").replaceChildren(`${run.command} ${run.task}, seed ${run.seed}, begun ${ago(run.startedAt)} with Foal ${run.foalVersion}`,
    ...(run.parent ? ["; its agent comes from ", el("a", { href: `/dashboard/run?name=${encodeURIComponent(run.parent)}` }, run.parent)] : []), ".");
  fill($("tiles"),
    ...[["return", number(run.lastReturn)], ["environment steps", run.steps ? count(run.steps) : "–"],
      ["time", time(run.seconds)], ["steps a second", run.steps && run.seconds >= 1 ? count(run.steps / run.seconds) : "–"]]
      .map(([word, value]) => el("div", {}, el("dt", {}, word), el("dd", {}, value))));
  if (siblings.length) {
    const all = new URLSearchParams([...[run.name, ...siblings].map((one) => ["run", one]), ["group", "seeds"]]);
    $("siblings").hidden = false;
    $("siblings").href = `/?${all}`;
  }
}

function showRest(page) {
  fill($("events"), page.events.length
    ? table(["when", "#step", "what"], page.events.map((event) =>
      [minute(event.date), event.environmentStep === undefined ? "–" : count(event.environmentStep), event.message]))
    : el("p", { class: "soft" }, "Nothing out of the ordinary."));
  fill($("settings"), ...facts(page.settings.map((one) => [one.name, one.value])));
  $("files-card").hidden = page.checkpoints.length === 0;
  fill($("files"), table(["file", "kind", "#step", "#bytes", "SHA-256"], page.checkpoints.map((file) =>
    [file.path, file.kind, count(file.environmentStep), count(file.byteCount), file.sha256.slice(0, 12)])));
}

function place(metric) {
  if (multiples.has(metric)) return multiples.get(metric);
  const holder = el("div", { class: "chart", "data-metric": metric });
  const section = el("section", { "aria-label": metric }, holder);
  $("multiples").append(section);
  const small = new Chart(holder, "chart", { height: 210 });
  multiples.set(metric, small);
  watcher.observe(holder);
  return small;
}

async function showMultiples() {
  for (const [metric, small] of multiples) {
    small.place.parentElement.hidden = metric === curves.state.metric;
    if (metric === curves.state.metric || !(isSeen.has(metric) || !small.data)) continue;
    small.xName = xNames[curves.state.x];
    await small.load({ ...curves.query([name]), metric });
  }
}

/** The curve, as soon as it grows. */
const drawNow = repeat(async () => {
  curves.links([name]);
  $("report").href = address("report", { run: name });
  chart.xName = xNames[curves.state.x];
  const data = await chart.load(curves.query([name]));
  curves.metrics(data.metrics);
  const others = data.metrics.filter((metric) => metric !== curves.state.metric);
  $("more-card").hidden = others.length === 0;
  for (const metric of others) place(metric);
  return data.isLive ? 400 : 3000;
});

/** Everything else, which changes more slowly or matters less. */
const tellNow = repeat(async () => {
  const page = await get("run", { name });
  showHead(page);
  showRest(page);
  await showMultiples();
  if (page.evaluations.length) {
    $("tries-card").hidden = false;
    const found = await tries.load({ run: name });
    $("tries-tasks").textContent = `${found.tasks}; bands are 95 % intervals over the tasks.`;
  }
  return page.run.state === "running" ? 2000 : 4000;
});

function refresh() {
  drawNow();
  tellNow();
}

onResize(refresh);
