"use strict";
// The map of a metric and year: counties by fifths of their values, weak values hatched, missing ones grey.
M.drawMap = (() => {
  const { make } = M;
  // From light to dark, told apart by lightness alone (tests/unit/site/test_palette.py).
  const COLOURS = ["#f1eef6", "#b9cde0", "#74a9cf", "#2b78b0", "#023858"];
  const MISSING = "#d9d2c5";
  const LETTERS = Array.from({ length: 91 }, (_, at) => String.fromCharCode(35 + at)).filter((letter) => !"\\`".includes(letter)).join("");
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

  const legend = (variable, marks, cells, year) => {
    const ends = [Math.min(...cells), ...marks, Math.max(...cells)];
    const chip = (fill, hatched) => make("svg", { viewBox: "0 0 24 14", class: "chip", "aria-hidden": "true", role: "img" }, make("title", {}, "colour"),
      make("rect", { width: 24, height: 14, fill }), hatched ? make("rect", { width: 24, height: 14, fill: "url(#weak)" }) : "");
    return make("ul", { class: "legend", "aria-label": `Colours of ${year}` },
      COLOURS.map((colour, at) => make("li", {}, chip(colour), `${M.amount(ends[at], variable)} to ${M.amount(ends[at + 1], variable)}`)),
      make("li", {}, chip(COLOURS[1], true), "hatched: Weak, not to be acted on"), make("li", {}, chip(MISSING), "no value"));
  };

  // `frame` names a state (two digits) to draw it alone.
  return async (place, variable, year, { mark = null, state = null, kind = "county" } = {}) => {
    const run = start(year);
    if (!run) {
      place.replaceChildren(make("p", { class: "note" }, M.kept.start.maps.length
        ? `This release has no boundaries for ${year}.` : "This release holds no boundaries: there is no map. The values stand in the table."));
      return;
    }
    await Promise.all([M.load(`data/map/${run[0]}.js`), M.load(`data/metric/${variable.id}_${year}.js`), kind === "place" ? M.load("data/map/points.js") : null]);
    const shapes = M.kept.maps.get(run[0]);
    const found = M.kept.metrics.get(`${variable.id}_${year}`);
    const counties = M.kept.areas.filter((area) => area.kind === "county" && shapes.counties[area.geoid] && (!state || area.state === state));
    // Cities are dots over counties without colour.
    const shown = kind === "county" ? counties : M.kept.areas.filter((area) => area.kind === "place" && M.kept.placePoints[area.geoid] && (!state || area.state === state));
    const values = shown.map((area) => M.unpacked(found.v[area.number], variable));
    const valued = values.filter((value) => value !== null);
    if (!valued.length) {
      place.replaceChildren(make("p", { class: "note" }, `There is no value of a ${kind === "county" ? "county" : "city"} with a place on the map for ${year}.`));
      return;
    }
    const marks = fifths(values);
    const tip = make("div", { class: "tip", hidden: true });
    const words = `${kind === "county" ? "Counties" : "Cities"} by ${variable.label}, ${year}: from ${M.amount(Math.min(...valued), variable)} to ${M.amount(Math.max(...valued), variable)}; ${shown.length - valued.length} without a value. The table below has the same numbers.`;
    const picture = make("svg", { viewBox: `-60 0 ${shapes.width + 60} ${shapes.height}`, role: "img", class: "map" }, make("title", {}, words),
      make("defs", {}, make("pattern", { id: "weak", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        make("rect", { width: 1.4, height: 5, fill: "#c25f00" }))));
    const base = make("g", { class: "counties" }), hatch = make("g", { class: "hatch" });
    counties.forEach((area, at) => {
      const d = shapes.counties[area.geoid].map((ring) => path(ring, true)).join("");
      if (kind === "place") { base.append(make("path", { d, fill: "#eef0f2", stroke: "#fff" })); return; }
      const fill = values[at] === null ? MISSING : COLOURS[step(values[at], marks)];
      base.append(make("path", { d, fill, "data-n": area.number, class: area.geoid === mark ? "marked" : null, stroke: fill }));
      if (values[at] !== null && found.q[area.number] === "3") hatch.append(make("path", { d, fill: "url(#weak)" }));
    });
    const dots = kind === "county" ? [] : shown.map((area, at) => {
      const [cx, cy] = M.kept.placePoints[area.geoid], weak = values[at] !== null && found.q[area.number] === "3";
      return [make("circle", { cx, cy, r: state ? 2.5 : 4.5, class: "city", fill: values[at] === null ? MISSING : COLOURS[step(values[at], marks)], "data-n": area.number }),
        weak ? make("circle", { cx, cy, r: state ? 2.5 : 4.5, fill: "url(#weak)", class: "over" }) : ""];
    });
    picture.append(base, hatch);
    if (!state) picture.append(make("path", { class: "states", d: shapes.states.map((line) => path(line, false)).join("") }));
    picture.append(...dots.flat().filter(Boolean));
    if (mark && shapes.counties[mark]) picture.append(make("path", { class: "own", d: shapes.counties[mark].map((ring) => path(ring, true)).join("") }));
    picture.addEventListener("mousemove", (event) => {
      const area = event.target.dataset && event.target.dataset.n ? M.kept.areas[Number(event.target.dataset.n)] : null;
      tip.hidden = !area;
      if (!area) return;
      const value = M.unpacked(found.v[area.number], variable);
      tip.textContent = `${M.full(area)}: ${value === null ? "no value" : M.amount(value, variable)}${value !== null ? `, ${M.kept.start.quality[Number(found.q[area.number]) - 1] || "without flag"}` : ""}`;
      const box = place.getBoundingClientRect();
      tip.style.left = `${Math.min(event.clientX - box.left + 12, box.width - 180)}px`;
      tip.style.top = `${event.clientY - box.top + 14}px`;
    });
    picture.addEventListener("mouseleave", () => { tip.hidden = true; });
    picture.addEventListener("click", (event) => {
      const area = event.target.dataset && event.target.dataset.n ? M.kept.areas[Number(event.target.dataset.n)] : null;
      if (area) location.href = M.areaAddress(area.geoid, `&metric=${variable.id}`);
    });
    place.replaceChildren(make("div", { class: "mapbox" }, picture, tip), legend(variable, marks, valued, year));
    if (state) {
      const box = base.getBBox();
      picture.setAttribute("viewBox", `${box.x - 4} ${box.y - 4} ${box.width + 8} ${box.height + 8}`);
    }
  };
})();
