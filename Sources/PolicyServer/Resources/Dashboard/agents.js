// The agents that are here, with how they do on tasks that they never met.

import { $, ago, badge, count, el, facts, get, number, repeat, short } from "/dashboard/foal.js";

const origins = { served: "served", run: "written by a run", bundled: "comes with Foal" };

function card(agent) {
  const link = `/dashboard/agent?name=${encodeURIComponent(agent.name)}`;
  const tries = agent.evaluation?.tries ?? [];
  const [first, last] = [tries[0], tries[tries.length - 1]];
  const interval = (one) => `${number(one.iqm)} [${number(one.iqmLow)}, ${number(one.iqmHigh)}]`;
  return el("li", { class: "card" },
    el("header", {}, el("h2", {}, el("a", { href: link }, agent.name)), badge(origins[agent.origin])),
    el("dl", { class: "facts" }, ...facts([
      ["family", agent.family], ["learned by", agent.algorithm],
      ["practice", `${short(agent.steps)} steps`], ["weights", count(agent.weights)],
      ["first try", first ? interval(first) : null],
      [`try ${tries.length}`, last && tries.length > 1 ? interval(last) : null],
      ["evaluated", first ? agent.evaluation.tasks : "not yet"],
      ["written", agent.writtenAt ? ago(agent.writtenAt) : null],
    ])));
}

repeat(async () => {
  const { agents } = await get("agents");
  $("agents").replaceChildren(...(agents.length ? agents.map(card)
    : [el("li", { class: "card empty" }, "There is no agent here yet.")]));
  return 10000;
});
