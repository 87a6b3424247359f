"use strict";
// The first page: a search box, and the country by any metric and year.
(() => {
  const { make, kept } = M;
  const input = M.search.box(document.querySelector("#find"), { id: "search", label: "Find a county or city by name, former name or code", chosen: (area) => { location.href = M.areaAddress(area.geoid); } });
  const onMap = kept.start.variables.filter((one) => one.years.county);
  const place = document.querySelector("#country");
  if (!onMap.length) { place.replaceChildren(make("p", { class: "note" }, "This release has no values of counties.")); return; }
  const state = { variable: onMap.find((one) => one.id === "share_employed") || onMap[0], year: 0 };
  const box = make("div", { class: "mapplace" }), choices = make("form", { class: "controls", onsubmit: (event) => event.preventDefault() });
  const take = () => {
    const found = kept.metrics.get(`${state.variable.id}_${state.year}`);
    const rows = kept.areas.filter((one) => one.kind === "county" && one.from <= state.year && state.year <= one.to)
      .map((one) => [one.geoid, M.full(one), state.variable.id, state.year, M.unpacked(found.v[one.number], state.variable), Number(found.q[one.number]) || ""]);
    M.save(`${state.variable.id}_county_${state.year}.csv`, M.csv([["geoid", "name", "variable", "year", "value", "quality"], ...rows]));
  };
  const draw = () => {
    const years = state.variable.years.county;
    if (!years.includes(state.year)) state.year = years[years.length - 1];
    const focused = document.activeElement?.id;
    choices.replaceChildren(
      make("div", {}, make("label", { for: "metric" }, "Metric"), make("select", { id: "metric", onchange: (event) => { state.variable = onMap.find((one) => one.id === event.target.value); draw(); } },
        kept.start.pillars.map((pillar, number) => make("optgroup", { label: pillar.name }, onMap.filter((one) => one.pillar === number).map((one) => make("option", { value: one.id, selected: one === state.variable }, one.label)))))),
      make("div", {}, make("label", { for: "year" }, "Year"), make("select", { id: "year", onchange: (event) => { state.year = Number(event.target.value); draw(); } }, years.map((year) => make("option", { value: year, selected: year === state.year }, String(year))))),
      make("p", {}, make("a", { href: M.metricAddress(state.variable) }, "Ranking with intervals, method, coverage")),
      Object.keys(state.variable.divided).length ? make("p", {}, "Gaps between groups by ", ...Object.keys(state.variable.divided).flatMap((by, at) => [at ? ", " : "", make("a", { href: `${M.metricAddress(state.variable)}?by=${by}` }, kept.start.divisions[by])])) : "",
      make("div", { class: "take" }, make("button", { type: "button", id: "take-map", onclick: take }, "Take the table (CSV)")));
    if (focused && focused !== "search") document.getElementById(focused)?.focus();
    return M.drawMap(box, state.variable, state.year).then(() => { place.dataset.ready = "yes"; });
  };
  place.replaceChildren(make("h2", { id: "map" }, "The country"), choices, box);
  draw();
  if (!location.hash) input.focus({ preventScroll: true });
})();
