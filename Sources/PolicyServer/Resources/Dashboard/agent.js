// One agent: how it does try by try, what it is, where to watch it, and its Reward Report.

import { $, address, badge, count, el, facts, fill, get, number, query, repeat, short } from "/dashboard/foal.js";
import { Chart, onResize } from "/dashboard/chart.js";

const name = query().get("name") ?? "";
const tries = new Chart($("tries"), "tries", { xName: "try" });
const origins = { served: "served", run: "written by a run", bundled: "comes with Foal" };

function showTiles(agent) {
  const all = agent.evaluation?.tries ?? [];
  const last = all[all.length - 1];
  fill($("tiles"), ...[
    ["return on try 1", number(all[0]?.iqm)],
    ...(all.length > 1 ? [[`return on try ${all.length}`, number(last.iqm)]] : []),
    ["steps of practice", short(agent.steps)], ["weights", count(agent.weights)],
  ].map(([word, value]) => el("div", {}, el("dt", {}, word), el("dd", {}, value))));
}

function stageLink(environment) {
  const words = new URLSearchParams({ name: environment, player: `agent:${name}` });
  return el("li", {}, el("a", { href: `/dashboard/environment?${words}` }, environment.replace(":family", ", any task of the family")));
}

async function showTries(agent) {
  if (!agent.evaluation) {
    $("tries-tasks").textContent = "";
    $("tries").replaceChildren(el("div", { class: "empty" },
      el("p", {}, "No evaluation of this agent is recorded yet."),
      el("code", {}, agent.run ? `foal evaluate ${agent.run}` : `foal evaluate ${agent.name}`)));
    return;
  }
  const found = await tries.load({ agent: name });
  $("tries-tasks").textContent = `${found.tasks}; bands are 95 % intervals over the tasks.`;
}

function showReport(agent) {
  if (!agent.run || $("report").firstChild) return;
  const link = address("report", { run: agent.run });
  $("report-card").hidden = false;
  $("report-link").href = link;
  $("report").append(el("iframe", { class: "report", src: link, title: `Reward Report of ${agent.run}`, loading: "lazy" }));
}

const now = repeat(async () => {
  const page = await get("agent", { name });
  const { agent } = page;
  document.title = `${agent.name} · Foal`;
  $("name").textContent = agent.name;
  fill($("origin"), badge(origins[agent.origin]));
  $("lead").replaceChildren(`${agent.algorithm} on ${agent.family}, seed ${agent.seed}`,
    ...(agent.run ? [", written by ", el("a", { href: `/dashboard/run?name=${encodeURIComponent(agent.run)}` }, agent.run)] : []), ".");
  showTiles(agent);
  fill($("facts"), ...facts([
    ["sees", page.observation], ["does", page.actions],
    ["network", page.network + (page.memory ? `, a memory of ${page.memory}` : ", no memory")],
    ["tries on a task", String(agent.tries)], ["SHA-256", el("span", { title: agent.sha256 }, `${agent.sha256.slice(0, 16)}…`)],
  ]));
  fill($("watch"), ...(page.environments.length ? page.environments.map(stageLink)
    : [el("li", {}, "It fits none of the environments that come with Foal.")]));
  showReport(agent);
  await showTries(agent);
  return 10000;
});

onResize(now);
