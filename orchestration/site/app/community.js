"use strict";
// The page of a community: all metrics on one screen, and for the chosen one its trend, what changed beyond chance,
// its groups, its peers, and why the number is what it is. What the reader chose stands in the address.
(() => {
  const { make, flag, kept } = M;
  const place = document.querySelector("#community");
  const [geoid, ...rest] = location.search.slice(1).split("&");
  const asked = new URLSearchParams(rest.join("&"));
  const state = { metric: asked.get("metric"), from: Number(asked.get("from")) || 2018, with: asked.get("with") || "size" };
  const HOW = { size: "ten of like size", neighbours: "neighbours", state: "same state", own: "own choice" };
  let area, facts, series, fillPeers = async () => {};

  const remember = () => {
    const found = new URLSearchParams();
    if (state.metric) found.set("metric", state.metric);
    if (state.from !== 2018) found.set("from", state.from);
    if (state.with !== "size") found.set("with", state.with);
    history.replaceState(null, "", `?${geoid}${found.size ? `&${found.toString().replaceAll("%2C", ",")}` : ""}`);
  };
  const peers = () => {
    if (state.with === "size" || state.with === "neighbours") return facts[state.with].map((code) => kept.byGeoid.get(code)).filter(Boolean);
    if (state.with === "state") return kept.areas.filter((one) => one.kind === area.kind && one.state === area.state && one !== area && one.to >= area.to);
    return ownList().map((code) => kept.byGeoid.get(code)).filter((one) => !unfit(one));
  };
  const ownList = () => (HOW[state.with] ? [] : state.with.split(",").filter(Boolean));
  // Why a peer that the address names cannot be one.
  const unfit = (one) => !one ? "not in this release" : one === area ? "this community itself" : one.kind !== area.kind ? `a ${one.kind === "county" ? "county" : "city"}, not a ${area.kind === "county" ? "county" : "city"}` : "";
  // What the address asks for and the release does not have is told, not dropped.
  const notHere = () => {
    const said = ownList().map((code) => [code, kept.byGeoid.get(code)]).filter(([, one]) => unfit(one)).map(([code, one]) => `peer ${one ? `${M.full(one)} (${code})` : code}: ${unfit(one)}`);
    if (asked.get("metric") && !kept.start.variables.some((one) => one.id === asked.get("metric"))) said.unshift(`metric ${asked.get("metric")}: not in this release`);
    return said.length ? make("p", { class: "note" }, `Left out of what the address asks for: ${said.join("; ")}.`) : "";
  };

  const newest = (points) => [...points].reverse().find((one) => one.value !== null) || null;
  const changeOf = (variable, points) => {
    const to = newest(points);
    if (!to) return null;
    const from = points.find((one) => one.year >= state.from && one.value !== null && one.year < to.year);
    return from ? M.statistics.change(variable, area, from, to) : null;
  };
  const SIGNS = { "changed beyond chance": (by) => (by > 0 ? "▲" : "▼"), "no change beyond chance": () => "=", "not comparable": () => "≠" };
  const sign = (change) => {
    if (!change) return make("span", { class: "m", title: "no earlier year" }, "-");
    const words = `${change.verdict}, ${change.from.year} to ${change.to.year}${change.comparable === "with care" ? ", compare with care" : ""}`;
    return make("span", { class: `sign ${change.verdict.split(" ")[0]}`, title: words }, (SIGNS[change.verdict] || (() => "?"))(change.by), make("span", { class: "hidden" }, ` ${words}`));
  };
  const missing = (variable, points) => {
    const last = points && points[points.length - 1];
    if (last && last.reason) return last.reason;
    return variable.closed[area.kind] || (variable.years[area.kind] ? "no value in any year" : `no series of ${area.kind === "county" ? "counties" : "cities"}`);
  };

  // --- five pillars on one screen ---
  const row = (variable) => {
    const points = series.get(variable.number);
    const value = points ? newest(points) : null;
    const button = make("button", { type: "button", class: "pick", "aria-pressed": String(state.metric === variable.id), onclick: () => choose(variable.id) }, variable.short);
    // A reason goes on where the label ends: it has no column of its own.
    if (!value) return make("tr", {}, make("th", { scope: "row", colspan: 3 }, button, " ", make("span", { class: "m" }, missing(variable, points))));
    return make("tr", { class: value.quality === 3 ? "weakrow" : null }, make("th", { scope: "row" }, button),
      make("td", {}, M.amount(value.value, variable), make("small", {}, ` ${value.year}`), value.quality > 1 ? flag(value.quality) : ""), make("td", {}, sign(changeOf(variable, points))));
  };
  const overview = () => {
    const columns = kept.start.pillars.map((pillar, number) => {
      const body = make("tbody");
      for (const predictor of kept.start.predictors.filter((one) => one.pillar === number)) {
        body.append(make("tr", { class: "predictor" }, make("th", { scope: "rowgroup", colspan: 3 }, predictor.name)),
          ...kept.start.variables.filter((one) => one.predictor === predictor.name).map(row));
        if (predictor.slot) body.append(make("tr", {}, make("th", { scope: "row", colspan: 3, class: "m" }, `${predictor.slot}: no source in this release`)));
      }
      return make("section", { class: `pillar p${number}` }, make("table", { class: "over" }, make("caption", {}, pillar.name), make("colgroup", {}, make("col"), make("col", { class: "v" }), make("col", { class: "s" })),
        make("thead", { class: "hidden" }, make("tr", {}, ["Metric", "Newest value", "Change"].map((head) => make("th", { scope: "col" }, head)))), body));
    });
    return make("div", { class: "pillars" }, columns);
  };

  // --- one metric ---
  const sentence = (variable, change) => {
    if (!change) return "There is no earlier year with a value to compare with.";
    const by = change.by === null ? "" : M.isShare(variable) ? `${change.by > 0 ? "+" : ""}${(change.by * 100).toFixed(1)} percentage points` : `${change.by > 0 ? "+" : ""}${M.amount(change.by, variable)}`;
    const error = change.error === null ? "" : ` Standard error ${M.isShare(variable) ? `${(change.error * 100).toFixed(2)} points` : M.amount(change.error, variable)}; ${change.at95 ? "significant at 95 %" : change.at90 ? "significant at 90 %, not at 95 %" : "not significant at 90 %"}. ${change.shared ? `The two periods share ${Math.round(change.shared * 100)} % of their years.` : "The two samples are taken as independent."}`;
    return `${change.from.year} to ${change.to.year}: ${by}, ${change.verdict}.${error}${change.quality === 3 ? " One of the two values is Weak: do not act on it." : ""}`;
  };
  const notes = (breaks) => (breaks.length ? make("ul", { class: "notes" }, breaks.map((one) => make("li", {}, one.effect === "blocks" ? make("b", {}, "Not to be compared: ") : one.effect === "care" ? "With care: " : "", one.text))) : "");

  const groupsOf = (variable) => facts.groups.filter((one) => one[0] === variable.number).map(M.groups).map((found) => {
    const gaps = found.cells.filter((one) => one.name !== "All");
    const valued = gaps.filter((one) => one.value !== null);
    const high = valued.reduce((a, b) => (b.value > a.value ? b : a), valued[0]), low = valued.reduce((a, b) => (b.value < a.value ? b : a), valued[0]);
    const labels = kept.start.groups[found.kind];
    const exact = (facts.errors || []).find(([number, kind, one, other]) => number === variable.number && kind === found.kind && labels[one] === high?.name && labels[other] === low?.name);
    const gap = valued.length > 1 ? M.statistics.gap(variable, area.kind, high, low, exact ? exact[4] : null) : null;
    const taken = gap?.isExact ? `: standard error ${M.isShare(variable) ? `${(gap.error * 100).toFixed(2)} points` : M.amount(gap.error, variable)} from the replicate weights${gap.independent === null ? "" : `, ${M.isShare(variable) ? (gap.independent * 100).toFixed(2) : M.amount(gap.independent, variable)} if they were independent`}` : ", taken as independent samples";
    const words = gap ? `${high.name} ${M.amount(high.value, variable)}, ${low.name} ${M.amount(low.value, variable)}: ${gap.at95 === null ? "without intervals it cannot be told from chance" : (gap.at95 ? "they differ beyond chance" : "no difference beyond chance") + taken}.${[high, low].some((one) => one.quality === 3) ? " One of the two is Weak: do not act on it." : ""}` : "";
    const title = `By ${kept.start.divisions[found.kind]}, ${found.year}`;
    const rows = found.cells.map((one) => [one.name, M.amount(one.value, variable), M.interval(one.lower, one.upper, variable), one.value === null ? one.reason || "no value" : flag(one.quality)]);
    return make("section", {}, make("h3", {}, title), words ? make("p", {}, words) : "", make("figure", {}, M.charts.dots(found.cells, variable, `${title}. ${words}`)),
      make("details", {}, make("summary", {}, "As a table"), M.wide(title, M.table(title, ["Group", "Value", M.boundsHead(variable, area.kind), "Quality"], rows)),
        make("button", { type: "button", onclick: () => M.save(`${geoid}_${variable.id}_${found.kind}.csv`, M.csv([["geoid", "variable", "year", "sample", "subgroup_type", "subgroup", "value", "lower", "upper", "quality", "missing_reason"], ...found.cells.map((one) => [geoid, variable.id, found.year, found.sample, found.kind, one.name, one.value, one.lower, one.upper, one.quality || "", one.reason])])) }, "Take this table as CSV")));
  });

  const peersOf = async (variable, value) => {
    if (!value) return "";
    const year = value.year;
    await M.load(`data/metric/${variable.id}_${year}.js`);
    if (variable.bounded.includes(year)) await M.load(`data/metric/${variable.id}_${year}_bounds.js`);
    const found = kept.metrics.get(`${variable.id}_${year}`);
    const at = (one) => ({ name: M.full(one), value: M.unpacked(found.v[one.number], variable), lower: found.l ? M.unpacked(found.l[one.number], variable) : null, upper: found.u ? M.unpacked(found.u[one.number], variable) : null, quality: Number(found.q[one.number]), geoid: one.geoid, sample: value.sample });
    const own = at(area), others = peers().map(at);
    const all = kept.areas.filter((one) => one.kind === area.kind).map((one) => M.unpacked(found.v[one.number], variable));
    const many = others.length > 14;
    const ranked = M.statistics.rank(variable, area.kind, own, others);
    const words = !variable.rank ? "Crime is not ranked: which agencies report, and what, differs from place to place."
      : `Place ${ranked.place} of ${ranked.of} from the highest value${ranked.first === null ? "; without intervals of all of them chance is left out" : ranked.first === ranked.last ? ", beyond chance" : `; chance leaves open ${ranked.first} to ${ranked.last}`}.`;
    const rows = variable.rank ? [{ ...own, own: true }, ...others].sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity)) : [{ ...own, own: true }, ...others];
    const kindWords = area.kind === "county" ? "counties" : "cities";
    return make("section", {}, make("h3", {}, `Beside others, ${year}`), make("p", {}, words),
      make("figure", {}, M.charts.spread(all, own.value, others.map((one) => one.value), variable, `How all ${kindWords} spread; ${M.full(area)} at ${M.amount(own.value, variable)}.`),
        make("figcaption", { class: "m" }, `All ${kindWords} with a value; thick line: ${area.name}; thin lines: ${HOW[ownList().length ? "own" : state.with] || "peers"}.`)),
      many ? "" : make("figure", {}, M.charts.dots(rows, variable, `${M.full(area)} and its peers. ${words}`)),
      make("details", { open: many }, make("summary", {}, "As a table"), M.wide("Peers", M.table(`${variable.label}, ${year}`, ["Community", "Value", M.boundsHead(variable, area.kind), "Quality"],
        rows.map((one) => [make("a", { href: M.areaAddress(one.geoid, `&metric=${variable.id}`) }, one.name), M.amount(one.value, variable), M.interval(one.lower, one.upper, variable), one.value === null ? "no value" : flag(one.quality)])))));
  };

  const why = (variable, value) => {
    const box = make("details", { class: "why" }, make("summary", {}, "Why this number"));
    box.addEventListener("toggle", async () => {
      if (!box.open || box.dataset.filled) return;
      box.dataset.filled = "yes";
      await M.load(`data/about/${variable.id}.js`);
      const about = kept.about[variable.id];
      const known = [["Definition", about.definition], ...about.method, ["Source", about.source],
        ["Made", (about.origins[area.kind] || []).join("; ")], ["Sample", value && value.sample ? `ACS ${value.sample === "acs1" ? "one-year" : "five-year"} sample` : ""]];
      box.append(make("dl", {}, known.filter(([, text]) => text).flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)])));
      if (value && value.deviates) box.append(make("p", {}, "A known deviation touches this value: ", make("a", { href: `${M.metricAddress(variable)}#deviations` }, "what it is"), "."));
      if (about.files.length) box.append(make("p", {}, "Files as received, by hash:"), make("ul", {}, about.files.slice(0, 12).map((file) => make("li", {}, `${file[0]} (${file[1]}) `, make("code", {}, file[2])))));
      if (value) box.append(make("p", {}, "Down to the cells it was made of: ", make("code", {}, `mobility explain ${geoid} ${variable.id} ${value.year}`)));
    });
    return box;
  };

  const detail = async () => {
    const box = document.querySelector("#detail");
    const variable = kept.start.variables.find((one) => one.id === state.metric);
    if (!variable) { box.replaceChildren(make("p", { class: "m" }, "Choose a metric above to see its trend, its groups and its peers.")); return; }
    const points = series.get(variable.number) || [];
    const value = newest(points), change = changeOf(variable, points);
    const held = points.length > 1 ? M.statistics.crossed(variable, area, "all", points[0].sample, points[0].year, points[points.length - 1].year) : [];
    const rows = points.map((one) => [String(one.year), M.amount(one.value, variable), M.interval(one.lower, one.upper, variable), one.value === null ? one.reason || "no value" : flag(one.quality)]);
    // The peers' numbers weigh more than all the rest: they come when their place is seen, or printed.
    const others = make("div", { class: "others" });
    let asked = null;
    fillPeers = () => (asked ||= peersOf(variable, value).catch(() => "").then((found) => others.replaceChildren(found)));
    new IntersectionObserver((seen, watch) => { if (seen.some((one) => one.isIntersecting)) { watch.disconnect(); fillPeers(); } }).observe(others);
    box.replaceChildren(make("h2", { id: "detail-title", tabindex: "-1" }, variable.label),
      make("p", {}, variable.question ? `${variable.question} ` : "", make("a", { href: M.metricAddress(variable) }, "Map, ranking, coverage, method"), "."),
      value ? make("p", { class: "headline" }, make("b", {}, M.amount(value.value, variable)), ` in ${value.year}${value.lower === null ? ", no interval is published" : `, between ${M.interval(value.lower, value.upper, variable).replace(" to ", " and ")} (${M.boundsAre(variable, area.kind)})`} `, flag(value.quality), M.isDollars(variable) ? " Dollars of the year, not corrected for prices." : "") : make("p", { class: "note" }, `No value: ${missing(variable, points)}.`),
      make("div", { class: "two" },
        make("section", {}, make("h3", {}, "Over the years"), points.length ? make("figure", {}, M.charts.trend(points, variable, { breaks: held, name: M.full(area) }),
          make("figcaption", { class: "m" }, (variable.interval === "none" ? "" : `Band: ${M.boundsAre(variable, area.kind)}. `) + "Hollow: Weak. Dashed: a break in the series. Years without a value stay open.")) : "",
        make("p", {}, sentence(variable, change)), notes(change ? change.breaks : []),
        points.length ? make("details", {}, make("summary", {}, "As a table"), M.wide("Years", M.table(`${variable.label}, year by year`, ["Year", "Value", M.boundsHead(variable, area.kind), "Quality"], rows))) : "",
        why(variable, value)),
        make("div", {}, others, groupsOf(variable))));
  };
  const choose = async (id) => {
    state.metric = id;
    remember();
    for (const button of document.querySelectorAll("button.pick")) button.setAttribute("aria-pressed", "false");
    draw();
    await detail();
    document.querySelector("#detail-title")?.focus();
  };

  // --- choices, take-away, head ---
  const controls = () => {
    const years = [...new Set([...series.values()].flat().map((one) => one.year))].sort();
    const from = make("select", { id: "from", onchange: (event) => { state.from = Number(event.target.value); remember(); draw(); detail(); } },
      years.slice(0, -1).map((year) => make("option", { value: year, selected: year === state.from }, String(year))));
    const how = make("select", { id: "how", onchange: (event) => { state.with = event.target.value === "own" ? "" : event.target.value; remember(); draw(); detail(); } },
      Object.entries(HOW).filter(([name]) => name !== "neighbours" || facts.neighbours.length).map(([name, words]) => make("option", { value: name, selected: name === (ownList().length || !HOW[state.with] ? "own" : state.with) }, words)));
    const own = make("div", { class: "ownlist" });
    if (!HOW[state.with] || ownList().length) {
      const add = (chosen) => { if (chosen !== area && !ownList().includes(chosen.geoid)) { state.with = [...ownList(), chosen.geoid].join(","); remember(); draw(); detail(); } };
      M.search.box(own, { id: "peer", label: `Add a ${area.kind === "county" ? "county" : "city"} to compare with`, chosen: add, kind: area.kind });
      own.append(make("ul", { class: "chips", "aria-label": "Chosen peers" }, peers().map((one) =>
        make("li", {}, M.full(one), " ", make("button", { type: "button", "aria-label": `Take ${M.full(one)} away`, onclick: () => { state.with = ownList().filter((code) => code !== one.geoid).join(","); remember(); draw(); detail(); } }, "×")))));
    }
    return make("form", { class: "controls", onsubmit: (event) => event.preventDefault() },
      make("div", {}, make("label", { for: "from" }, "Change since"), from), make("div", {}, make("label", { for: "how" }, "Compare with"), how),
      make("div", { class: "take" }, make("button", { type: "button", onclick: takeAway }, "Take as CSV"), make("button", { type: "button", onclick: takeBook }, "as XLSX"), make("button", { type: "button", onclick: () => fillPeers().then(() => window.print()) }, "Print or PDF")), own);
  };
  const rowsToTake = () => {
    const head = ["geoid", "name", "variable", "year", "sample", "subgroup_type", "subgroup", "value", "lower", "upper", "quality", "missing_reason"];
    const rows = [...series].flatMap(([number, points]) => points.map((one) => [geoid, M.full(area), kept.start.variables[number].id, one.year, one.sample, "all", "All", one.value, one.lower, one.upper, one.quality || "", one.reason]));
    const divided = facts.groups.flatMap((packed) => { const found = M.groups(packed); return found.cells.map((one) => [geoid, M.full(area), kept.start.variables[packed[0]].id, found.year, found.sample, found.kind, one.name, one.value, one.lower, one.upper, one.quality || "", one.reason]); });
    return [head, ...rows, ...divided];
  };
  const takeAway = () => M.save(`${geoid}_mobility_${kept.start.version}.csv`, M.csv(rowsToTake()));
  // The same as a workbook: a sheet of values, one of what the variables are, one of what flags and reasons mean.
  const takeBook = async () => {
    const about = kept.start.variables.filter((one) => series.has(one.number)).map((one) => [one.id, one.label, one.unit, kept.start.pillars[one.pillar].name, one.predictor]);
    const notes = [["What", "Meaning"], ["Release", `${kept.start.version}, channel ${kept.start.channel}`], ["Community", `${M.full(area)}, ${geoid}`],
      ...kept.start.quality.map((label, at) => [`quality ${at + 1}`, `${label}. ${kept.start.meanings[at]}`]), ["missing_reason", "Why a cell has no value"], ["Digits", "Shares have four digits, other numbers below 1,000 five significant ones; the files of the release have all."]];
    M.save(`${geoid}_mobility_${kept.start.version}.xlsx`, await M.book([
      ["Values", rowsToTake(), [9, 26, 30, 6, 8, 16, 26, 12, 12, 12, 8, 34]],
      ["Variables", [["variable", "label", "unit", "pillar", "predictor"], ...about], [30, 60, 30, 32, 36]], ["Notes", notes, [18, 110]]]));
  };
  const head = () => {
    const later = (kept.start.formerly.find(([code]) => code === geoid) || [])[2] || [];
    document.title = `${M.full(area)} - Upward Mobility Metrics ${kept.start.version}`;
    document.querySelector("h1").textContent = M.full(area);
    return make("p", {}, `${area.kind === "county" ? "County" : "City"} ${geoid}${facts.people ? `, ${facts.people.toLocaleString("en-US")} residents` : ""}; in the data ${area.from} to ${area.to}. `,
      later.length ? ["Since then: ", ...later.map((code) => kept.byGeoid.get(code)).filter(Boolean).flatMap((one) => [make("a", { href: M.areaAddress(one.geoid) }, one.name), " "])] : "",
      make("a", { href: `${M.root}tables/${area.state}.html#g${geoid}` }, "All values as a plain table"), ".");
  };
  const counted = () => {
    const found = kept.start.variables.map((variable) => series.has(variable.number) ? changeOf(variable, series.get(variable.number)) : null).filter(Boolean);
    const of = (verdict) => found.filter((one) => one.verdict === verdict).length;
    return make("p", { class: "m counted" }, `Since ${state.from}: ${of("changed beyond chance")} changed beyond chance (▲ ▼), ${of("no change beyond chance")} did not (=), ${of("not comparable")} are not comparable (≠), ${of("no interval: it cannot be told from chance")} have no interval to tell (?). Of twenty at 95 %, one looks changed by chance alone. Grey words: why a value is missing. `,
      flag(2), " ", kept.start.meanings[1], " ", flag(3), " ", kept.start.meanings[2]);
  };
  const draw = () => {
    const focused = document.activeElement?.id;
    document.querySelector("#top").replaceChildren(head(), controls(), notHere(), counted(), overview());
    if (focused) document.getElementById(focused)?.focus();
  };

  const lost = () => {
    const code = decodeURIComponent(geoid || "");
    place.replaceChildren(make("p", { class: "note" }, code ? `This release has no community ${code}.` : "Which community?", " Search by name or code; a town or a place outside the cities of the frame leads to its county."));
    if (/^\d{7}$/.test(code) && kept.start.elsewhere)
      M.load("data/elsewhere.js").then(() => {
        const other = M.search.outsideOf(code);
        if (other) place.firstChild.append(" ", other.name, ` (${code}) is none of the cities of the release: its county is `, make("a", { href: M.areaAddress(other.area.geoid) }, M.full(other.area)), ".");
      }, () => {});
    M.search.box(place, { id: "search", label: "Find a county or city", chosen: (one) => { location.href = M.areaAddress(one.geoid); } });
    document.querySelector("h1").textContent = "No such community";
  };
  const begin = async () => {
    area = kept.byGeoid.get(geoid);
    if (!area) { lost(); return; }
    await Promise.all([M.load(`data/community/${geoid}.js`), M.load("data/breaks.js")]);
    facts = kept.communities.get(geoid);
    series = new Map(facts.series.map((packed) => [packed[0], M.points(packed)]));
    place.replaceChildren(make("div", { id: "top" }), make("div", { id: "detail" }));
    if (!kept.start.variables.some((one) => one.id === state.metric)) state.metric = (kept.start.variables.find((one) => one.id === "share_employed") || kept.start.variables[0]).id;
    draw();
    await detail();
    place.dataset.ready = "yes";
  };
  window.addEventListener("beforeprint", () => fillPeers());
  begin();
})();
