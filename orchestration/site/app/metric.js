"use strict";
// The page of a metric: its map, and the communities in order with their intervals.
(() => {
  const { make, kept } = M;
  const variable = kept.start.variables.find((one) => one.id === document.body.dataset.variable);
  const asked = new URLSearchParams(location.search);
  const kinds = ["county", "place"].filter((kind) => variable.years[kind]);
  const state = { kind: kinds.includes(asked.get("kind")) ? asked.get("kind") : kinds[0], year: Number(asked.get("year")), state: asked.get("state") || "" };
  const place = document.querySelector("#atlas");
  const years = () => variable.years[state.kind];
  const remember = () => history.replaceState(null, "", `?kind=${state.kind}&year=${state.year}${state.state ? `&state=${state.state}` : ""}`);
  const choice = (id, label, options, chosen) => make("div", {}, make("label", { for: id }, label),
    make("select", { id, onchange: (event) => { state[id] = id === "year" ? Number(event.target.value) : event.target.value; draw(); } }, options.map(([value, words]) => make("option", { value, selected: String(value) === String(chosen) }, words))));

  const listed = async () => {
    await M.load(`data/metric/${variable.id}_${state.year}.js`);
    if (variable.bounded.includes(state.year)) await M.load(`data/metric/${variable.id}_${state.year}_bounds.js`);
    const found = kept.metrics.get(`${variable.id}_${state.year}`);
    const rows = kept.areas.filter((one) => one.kind === state.kind && (!state.state || one.state === state.state) && one.from <= state.year && state.year <= one.to)
      .map((one) => ({ area: one, value: M.unpacked(found.v[one.number], variable), lower: found.l ? M.unpacked(found.l[one.number], variable) : null, upper: found.u ? M.unpacked(found.u[one.number], variable) : null, quality: Number(found.q[one.number]) }));
    const names = (a, b) => (M.full(a.area) < M.full(b.area) ? -1 : 1);
    rows.sort(variable.rank ? (a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity) || names(a, b) : names);
    return rows;
  };
  const draw = async () => {
    if (!years().includes(state.year)) state.year = years()[years().length - 1];
    remember();
    const focused = document.activeElement?.id;
    const rows = await listed();
    const caption = `${variable.label}, ${state.year}`;
    const cells = (shown) => shown.map((one) => [make("a", { href: M.areaAddress(one.area.geoid, `&metric=${variable.id}`) }, M.full(one.area)), M.amount(one.value, variable), M.interval(one.lower, one.upper, variable), one.value === null ? "no value" : M.flag(one.quality)]);
    const heads = ["Community", "Value", "Interval of 95 %", "Quality"];
    const short = rows.filter((one) => one.value !== null).slice(0, 25);
    const box = make("div", { class: "mapplace" });
    const all = make("details", {}, make("summary", {}, `All ${rows.length.toLocaleString("en-US")}, those without a value too`));
    all.addEventListener("toggle", () => { if (all.open && all.children.length === 1) all.append(M.wide("All communities", M.table(caption, heads, cells(rows)))); });
    place.replaceChildren(
      make("form", { class: "controls", onsubmit: (event) => event.preventDefault() },
        kinds.length > 1 ? choice("kind", "Show", [["county", "counties"], ["place", "cities"]], state.kind) : "",
        choice("year", "Year", years().map((year) => [year, String(year)]), state.year),
        choice("state", "State", [["", "all states"], ...Object.entries(kept.start.states).sort((a, b) => (a[1] < b[1] ? -1 : 1))], state.state),
        make("div", { class: "take" }, make("button", { type: "button", onclick: () => M.save(`${variable.id}_${state.kind}_${state.year}.csv`, M.csv([["geoid", "name", "variable", "year", "value", "lower", "upper", "quality"], ...rows.map((one) => [one.area.geoid, M.full(one.area), variable.id, state.year, one.value, one.lower, one.upper, one.quality || ""])])) }, "Take as CSV"))),
      box,
      make("h3", {}, variable.rank ? "From the highest value" : "By name: crime is not ranked, as which agencies report, and what, differs from place to place"),
      variable.rank ? make("p", { class: "m" }, "Neighbours in this order often differ by chance alone: look at their intervals. Weak values are no basis to act on.") : "",
      M.wide("Communities", M.table(caption, heads, cells(short))), all);
    if (focused) document.getElementById(focused)?.focus();
    await M.drawMap(box, variable, state.year, { state: state.state || null, kind: state.kind });
    place.dataset.ready = "yes";
  };
  if (!kinds.length) place.replaceChildren(make("p", { class: "note" }, "No value of this variable is in this release."));
  else draw();
})();
