"use strict";
// The map of a metric and year: counties by fifths of their values, weak values hatched, missing ones grey.
M.drawMap = (() => {
  const { make } = M;
  // From light to dark, told apart by lightness alone (tests/unit/site/test_palette.py).
  const COLOURS = ["#f1eef6", "#b9cde0", "#74a9cf", "#2b78b0", "#023858"];
  const MISSING = "#d9d2c5";
  const LETTERS = M.letters;
  const MIDDLE = (LETTERS.length - 1) / 2;

  const path = (text, closed) => {
    const [, x, y, steps] = /^(-?\d+),(-?\d+),(.*)$/s.exec(text);
    let found = `M${x} ${y}l`;
    for (let at = 0; at < steps.length; at += 2) found += `${LETTERS.indexOf(steps[at]) - MIDDLE} ${LETTERS.indexOf(steps[at + 1]) - MIDDLE} `;
    return steps ? found + (closed ? "z" : "") : "";
  };
  const fifths = (values) => {
    const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
    return [0.2, 0.4, 0.6, 0.8].map((part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]);
  };
  const step = (value, marks) => marks.filter((mark) => value >= mark).length;

  const start = (year) => M.kept.start.maps.find(([first, last]) => first <= year && year <= last);

  const chip = (hatch) => (fill, hatched) => fill && make("svg", { viewBox: "0 0 24 14", class: "chip", "aria-hidden": "true", role: "img" }, make("title", {}, "colour"),
    make("rect", { width: 24, height: 14, fill }), hatched ? make("rect", { width: 24, height: 14, fill: `url(#${hatch})` }) : "");
  const legend = (layer, year) =>
    make("ul", { class: "legend", "aria-label": `Colours of ${year}` }, [...layer.legend(chip("weak")), [chip("weak")(COLOURS[1], true), "hatched: Weak, not to be acted on"], [chip("weak")(MISSING), "no value"]]
      .map(([colour, words]) => make("li", {}, colour, words)));

  // What a map shows of each area: the values of a variable, by fifths. app/gaps.js has another such layer.
  const fifthsOf = (variable, year, found, shown, kind) => {
    const value = (area) => M.unpacked(found.v[area.number], variable);
    const values = shown.map(value), valued = values.filter((one) => one !== null), marks = fifths(values);
    const ends = [Math.min(...valued), ...marks, Math.max(...valued)];
    return {
      hatch: "#c25f00", value,
      weak: (area) => value(area) !== null && found.q[area.number] === "3",
      fill: (area) => (value(area) === null ? MISSING : COLOURS[step(value(area), marks)]),
      tip: (area) => (value(area) === null ? "no value" : `${M.amount(value(area), variable)}, ${M.kept.start.quality[Number(found.q[area.number]) - 1] || "without flag"}`),
      words: `${kind === "county" ? "Counties" : "Cities"} by ${variable.label}, ${year}: from ${M.amount(ends[0], variable)} to ${M.amount(ends[5], variable)}; ${shown.length - valued.length} without a value. The table below has the same numbers.`,
      legend: (coloured) => COLOURS.map((colour, at) => [coloured(colour), `${M.amount(ends[at], variable)} to ${M.amount(ends[at + 1], variable)}`]),
    };
  };

  // `state` (two digits) draws a state alone, by its finer lines.
  return async (place, variable, year, { mark = null, state = null, kind = "county", layer = null } = {}) => {
    const run = start(year);
    if (!run) {
      place.replaceChildren(make("p", { class: "note" }, M.kept.start.maps.length
        ? `This release has no boundaries for ${year}.` : "This release holds no boundaries: there is no map. The values stand in the table."));
      return;
    }
    await Promise.all([M.load(state ? `data/map/state_${state}.js` : `data/map/${run[0]}.js`), layer ? null : M.load(`data/metric/${variable.id}_${year}.js`), kind === "place" && !state ? M.load("data/map/points.js") : null]);
    const shapes = state ? M.kept.stateMaps[state] : M.kept.maps.get(run[0]);
    const spots = state ? shapes.places : M.kept.placePoints;
    const counties = M.kept.areas.filter((area) => area.kind === "county" && shapes.counties[area.geoid] && (!state || (area.from <= year && year <= area.to)));
    // Cities are dots over counties without colour.
    const shown = kind === "county" ? counties : M.kept.areas.filter((area) => area.kind === "place" && spots[area.geoid] && (!state || area.state === state));
    const drawn = layer || fifthsOf(variable, year, M.kept.metrics.get(`${variable.id}_${year}`), shown, kind);
    if (!shown.some((area) => drawn.value(area) !== null)) {
      place.replaceChildren(make("p", { class: "note" }, `There is no value of a ${kind === "county" ? "county" : "city"} with a place on the map for ${year}.`));
      return;
    }
    const tip = make("div", { class: "tip", hidden: true });
    const picture = make("svg", { viewBox: state ? `-6 -6 ${shapes.width + 12} ${shapes.height + 12}` : `-60 0 ${shapes.width + 60} ${shapes.height}`, role: "img", class: state ? "map state" : "map" }, make("title", {}, drawn.words),
      make("defs", {}, make("pattern", { id: "weak", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        make("rect", { width: 1.4, height: 5, fill: drawn.hatch }))));
    const base = make("g", { class: "counties" }), hatch = make("g", { class: "hatch" });
    const line = (area) => shapes.counties[area.geoid].map((ring) => path(ring, true)).join("");
    for (const area of counties) {
      const d = line(area);
      if (kind === "place") { base.append(make("path", { d, fill: "#eef0f2", stroke: state ? "#b8bfc6" : "#fff" })); continue; }
      const fill = drawn.fill(area);
      base.append(make("path", { d, fill, "data-n": area.number, class: area.geoid === mark ? "marked" : null, stroke: state || fill === "#ffffff" ? "#8b949e" : fill }));
      if (drawn.value(area) !== null && drawn.weak(area)) hatch.append(make("path", { d, fill: "url(#weak)" }));
    }
    const dots = kind === "county" ? [] : shown.map((area) => {
      const [cx, cy] = spots[area.geoid], r = state ? 9 : 4.5;
      return [make("circle", { cx, cy, r, class: "city", fill: drawn.fill(area), "data-n": area.number }),
        drawn.value(area) !== null && drawn.weak(area) ? make("circle", { cx, cy, r, fill: "url(#weak)", class: "over" }) : ""];
    });
    picture.append(base, hatch);
    if (!state) picture.append(make("path", { class: "states", d: shapes.states.map((one) => path(one, false)).join("") }));
    picture.append(...dots.flat().filter(Boolean));
    if (mark && shapes.counties[mark]) picture.append(make("path", { class: "own", d: shapes.counties[mark].map((ring) => path(ring, true)).join("") }));
    const under = (event) => (event.target.dataset && event.target.dataset.n ? M.kept.areas[Number(event.target.dataset.n)] : null);
    picture.addEventListener("mousemove", (event) => {
      const area = under(event);
      tip.hidden = !area;
      if (!area) return;
      tip.textContent = `${M.full(area)}: ${drawn.tip(area)}`;
      const box = place.getBoundingClientRect();
      tip.style.left = `${Math.min(event.clientX - box.left + 12, box.width - 180)}px`;
      tip.style.top = `${event.clientY - box.top + 14}px`;
    });
    picture.addEventListener("mouseleave", () => { tip.hidden = true; });
    picture.addEventListener("click", (event) => {
      const area = under(event);
      if (area) location.href = M.areaAddress(area.geoid, `&metric=${variable.id}`);
    });
    place.replaceChildren(make("div", { class: "mapbox" }, picture, tip), legend(drawn, year));
  };
})();
