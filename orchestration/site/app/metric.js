"use strict";
// The page of a metric: its map, and the communities in order with their intervals.
(() => {
  const { make, kept } = M;
  const variable = kept.start.variables.find((one) => one.id === document.body.dataset.variable);
  const asked = new URLSearchParams(location.search);
  const kinds = ["county", "place"].filter((kind) => variable.years[kind]);
  const state = { kind: kinds.includes(asked.get("kind")) ? asked.get("kind") : kinds[0], year: Number(asked.get("year")), state: asked.get("state") || "", by: asked.get("by") || "", a: Number(asked.get("a")), b: Number(asked.get("b")) };
  const divisions = Object.keys(variable.divided);
  const place = document.querySelector("#atlas");
  const years = () => variable.years[state.kind];
  const remember = () => history.replaceState(null, "", `?kind=${state.kind}&year=${state.year}${state.state ? `&state=${state.state}` : ""}${state.by ? `&by=${state.by}&a=${state.a}&b=${state.b}` : ""}`);
  const choice = (id, label, options, chosen) => make("div", {}, make("label", { for: id }, label),
    make("select", { id, onchange: (event) => { state[id] = ["year", "a", "b"].includes(id) ? Number(event.target.value) : event.target.value; draw(); } }, options.map(([value, words]) => make("option", { value, selected: String(value) === String(chosen) }, words))));

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
  const heads = () => ["Community", "Value", M.boundsHead(variable, state.kind), "Quality"];
  const link = (area) => make("a", { href: M.areaAddress(area.geoid, `&metric=${variable.id}`) }, M.full(area));
  const controls = (...more) => make("form", { class: "controls", onsubmit: (event) => event.preventDefault() },
    kinds.length > 1 ? choice("kind", "Show", [["county", "counties"], ["place", "cities"]], state.kind) : "",
    divisions.length ? choice("by", "Of", [["", "everybody"], ...divisions.map((division) => [division, `gaps by ${kept.start.divisions[division]}`])], state.by) : "",
    ...more, choice("state", "State", [["", "all states"], ...Object.entries(kept.start.states).sort((a, b) => (a[1] < b[1] ? -1 : 1))], state.state));
  // The map shown as a table to take away, and its first rows; the rest when it is asked for.
  const shown = (heading, words, caption, heads, rows, cells, taken) => {
    const box = make("div", { class: "mapplace" });
    const all = make("details", {}, make("summary", {}, `All ${rows.length.toLocaleString("en-US")}, those without a value too`));
    all.addEventListener("toggle", () => { if (all.open && all.children.length === 1) all.append(M.wide("All communities", M.table(caption, heads, rows.map(cells)))); });
    return [box, make("p", {}, make("button", { type: "button", id: "take-map", onclick: () => M.save(...taken()) }, "Take the table of this map (CSV)")), make("h3", {}, heading), words ? make("p", { class: "m" }, words) : "",
      M.wide("Communities", M.table(caption, heads, rows.filter((one) => (one.value ?? one.by ?? null) !== null).slice(0, 25).map(cells))), all];
  };

  const drawValues = async () => {
    const without = state.year && !years().includes(state.year) ? state.year : 0;
    if (!years().includes(state.year)) state.year = years()[years().length - 1];
    const rows = await listed();
    const cells = (one) => [link(one.area), M.amount(one.value, variable), M.interval(one.lower, one.upper, variable), one.value === null ? "no value" : M.flag(one.quality)];
    const taken = () => [`${variable.id}_${state.kind}_${state.year}.csv`, M.csv([["geoid", "name", "variable", "year", "value", "lower", "upper", "quality"], ...rows.map((one) => [one.area.geoid, M.full(one.area), variable.id, state.year, one.value, one.lower, one.upper, one.quality || ""])])];
    const parts = shown(variable.rank ? "From the highest value" : "By name: crime is not ranked, as which agencies report, and what, differs from place to place",
      variable.rank ? "Neighbours in this order often differ by chance alone: look at their intervals. Weak values are no basis to act on." : "",
      `${variable.label}, ${state.year}`, heads(), rows, cells, taken);
    place.replaceChildren(controls(choice("year", "Year", years().map((year) => [year, String(year)]), state.year)),
      without ? make("p", { class: "note" }, `This release has no value of ${state.kind === "county" ? "counties" : "cities"} for ${without}: shown is ${state.year}.`) : "", ...parts);
    return M.drawMap(parts[0], variable, state.year, { state: state.state || null, kind: state.kind });
  };

  // Gaps between two groups, of any year that divides by them.
  const drawGaps = async () => {
    const own = variable.divided[state.by][state.kind];
    if (!own) {
      const other = state.kind === "county" ? ["place", "cities"] : ["county", "counties"];
      place.replaceChildren(controls(), make("p", { class: "note" }, `No value by ${kept.start.divisions[state.by]} of ${state.kind === "county" ? "counties" : "cities"} is in this release; of ${other[1]} there is: `,
        make("button", { type: "button", onclick: () => { state.kind = other[0]; draw(); } }, `show ${other[1]}`)));
      return null;
    }
    const without = state.year && !own.includes(state.year) ? state.year : 0;
    if (!own.includes(state.year)) state.year = own[own.length - 1];
    const found = (await M.gaps.load(variable, state.by, state.year))[state.kind];
    const names = M.gaps.names(found, state.by), codes = names.map(([position]) => position);
    if (!codes.includes(state.a)) state.a = codes[0];
    if (!codes.includes(state.b) || state.b === state.a) state.b = codes.find((code) => code !== state.a);
    const [nameA, nameB] = [state.a, state.b].map((code) => kept.start.groups[state.by][code]);
    const rows = M.gaps.rows(variable, found, state.kind, state.a, state.b).filter((one) => !state.state || one.area.state === state.state);
    const order = (one) => (one.by === null ? Infinity : -Math.abs(one.by));
    rows.sort((one, other) => (variable.rank ? Number(other.beyond) - Number(one.beyond) || order(one) - order(other) : 0) || (M.full(one.area) < M.full(other.area) ? -1 : 1));
    const caption = `${variable.label}, ${found.year}: ${nameA} less ${nameB}`;
    const isExact = rows.some((one) => one.isExact);
    const heads = ["Community", nameA, nameB, "Difference", "Standard error", ...(isExact ? ["If independent"] : []), "Chance", "Quality"];
    const cells = (one) => [link(one.area), M.amount(one.valueA, variable), M.amount(one.valueB, variable), M.gaps.points(one.by, variable), M.gaps.points(one.error, variable).replace("+", ""), ...(isExact ? [M.gaps.points(one.independent, variable).replace("+", "")] : []), M.gaps.verdict(one), one.by === null ? "" : M.flag(one.quality)];
    const taken = () => [`${variable.id}_gap_${state.by}_${state.kind}_${found.year}.csv`, M.csv(M.gaps.table(variable, rows, found, state.by, nameA, nameB))];
    const parts = shown(variable.rank ? "The largest differences beyond chance first" : "By name: crime is not ranked", `${isExact ? "Standard errors are those of the differences, from the replicate weights of the survey; beside them what independent groups would give." : "Groups of one sample are taken as independent."} Where a group is small, its values are Weak: no basis to act on.`, caption, heads, rows, cells, taken);
    place.replaceChildren(controls(choice("a", "Group", names, state.a), choice("b", "less group", names, state.b), choice("year", "Year", own.map((year) => [year, String(year)]), state.year)),
      without ? make("p", { class: "note" }, `This release has no groups of ${state.kind === "county" ? "counties" : "cities"} for ${without}: shown is ${state.year}.`) : "", ...parts);
    return M.drawMap(parts[0], variable, found.year, { state: state.state || null, kind: state.kind, layer: M.gaps.layer(variable, rows, nameA, nameB, found.year) });
  };
  const draw = async () => {
    const focused = document.activeElement?.id;
    if (!divisions.includes(state.by)) state.by = "";
    await (state.by ? drawGaps() : drawValues());
    remember();
    if (focused) document.getElementById(focused)?.focus();
    place.dataset.ready = "yes";
  };
  if (!kinds.length) place.replaceChildren(make("p", { class: "note" }, "No value of this variable is in this release."));
  else draw();
})();
