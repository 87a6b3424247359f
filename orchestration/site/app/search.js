"use strict";
// A search box over names, former names and codes, in the manner of a combobox: arrows choose, Enter goes, Escape
// closes. Places that the frame does not list lead to their county.
M.search = (() => {
  const bare = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9 ]/g, " ").replace(/\bst\b/g, "saint").replace(/\s+/g, " ").trim();
  let entries = null;
  const listed = () => {
    if (entries) return entries;
    entries = M.kept.areas.map((area) => ({ area, words: bare(`${area.name} ${area.stateName} ${area.geoid}`), name: bare(area.name), people: area.size }));
    for (const [geoid, name, codes] of M.kept.start.formerly)
      for (const area of codes.map((code) => M.kept.byGeoid.get(code)).filter(Boolean))
        entries.push({ area, words: bare(`${name} ${area.stateName} ${geoid}`), name: bare(name), people: 0, note: `formerly ${name}, ${geoid}` });
    return entries;
  };
  let other = null;
  const outside = () => {
    if (other || !M.kept.elsewhere) return other || [];
    other = [];
    for (const [state, listedPlaces] of M.kept.elsewhere)
      for (const one of listedPlaces.split("|")) {
        const [, code, county, name] = /^(\d{5})(\d{3})(.*)$/.exec(one);
        const area = M.kept.byGeoid.get(state + county);
        if (area) other.push({ area, geoid: state + code, plain: name, words: bare(`${name} ${area.stateName} ${state}${code}`), name: bare(name), people: -1, note: `${name} is not among the cities: its county` });
      }
    return other;
  };
  // A place that is no city of the frame, once data/elsewhere.js is there: its name and its county.
  const outsideOf = (geoid) => {
    const one = outside().find((place) => place.geoid === geoid);
    return one && { name: one.plain, area: one.area };
  };
  const found = (text, kind = null) => {
    const wanted = bare(text).split(" ").filter(Boolean);
    if (!wanted.length) return [];
    const fits = (one) => wanted.every((word) => one.words.startsWith(word) || one.words.includes(` ${word}`)) && (!kind || one.area.kind === kind);
    const first = (one) => (one.name.startsWith(wanted.join(" ")) ? 0 : 1);
    const sorted = (list) => list.filter(fits).sort((a, b) => first(a) - first(b) || b.people - a.people || (a.name < b.name ? -1 : 1));
    const hits = sorted(listed());
    return (hits.length < 8 ? [...hits, ...sorted(outside()).slice(0, 8 - hits.length)] : hits).slice(0, 12);
  };

  // "near Tulsa", "near 40143", "near 36.1, -95.9": what lies nearest, by the centres of counties and the points of cities.
  const NEAR = /^\s*near\b\s*/i;
  const miles = (one, other) => {
    const rad = Math.PI / 180, p = one.latitude * rad, q = other.latitude * rad;
    const h = Math.sin((p - q) / 2) ** 2 + Math.cos(p) * Math.cos(q) * Math.sin(((one.longitude - other.longitude) * rad) / 2) ** 2;
    return 3958.8 * 2 * Math.asin(Math.min(1, Math.sqrt(h)));
  };
  const middle = (text) => {
    const degrees = /^(-?\d+(?:\.\d+)?)[,\s]+(-?\d+(?:\.\d+)?)$/.exec(text.trim());
    if (degrees) return { name: text.trim(), point: { latitude: Number(degrees[1]), longitude: Number(degrees[2]) } };
    const hit = found(text).find((one) => M.kept.near[one.area.number]);
    return hit ? { name: M.full(hit.area), area: hit.area, point: M.kept.near[hit.area.number] } : null;
  };
  const around = (text, kind) => {
    const from = M.kept.near ? middle(text) : null;
    if (!from) return { from, hits: [] };
    const last = M.kept.start.years[1];
    const hits = M.kept.areas.filter((area) => area !== from.area && M.kept.near[area.number] && area.to >= last && (!kind || area.kind === kind))
      .map((area) => ({ area, away: miles(from.point, M.kept.near[area.number]) })).sort((a, b) => a.away - b.away).slice(0, 12)
      .map((hit) => ({ ...hit, note: `${Math.round(hit.away)} miles` }));
    return { from, hits };
  };
  const asked = (text) => NEAR.test(text) && text.replace(NEAR, "").trim();

  const box = (place, { label, chosen, kind = null, id }) => {
    const { make } = M;
    const list = make("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true });
    const said = make("p", { class: "m", role: "status" });
    const input = make("input", {
      id, type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false",
      "aria-autocomplete": "list", "aria-controls": `${id}-list`, placeholder: "Tulsa, 40143, near Tulsa ...",
    });
    let hits = [], at = -1;
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; };
    const mark = (next) => {
      at = next;
      [...list.children].forEach((node, number) => node.setAttribute("aria-selected", String(number === at)));
      if (at >= 0) { input.setAttribute("aria-activedescendant", `${id}-${at}`); list.children[at].scrollIntoView({ block: "nearest" }); }
    };
    const nearSaid = ({ from }, near) => (from ? `Nearest to ${from.name}, by the centres of counties and the points of cities.`
      : M.kept.near ? `Nothing of the name or code ${near} in this release.` : M.kept.start.maps.length ? "Looking ..." : "This release holds no coordinates: what is near cannot be told.");
    const choose = (hit) => { close(); input.value = ""; said.textContent = ""; chosen(hit.area); };
    const show = () => {
      const near = asked(input.value), nearby = near ? around(near, kind) : null;
      hits = nearby ? nearby.hits : near === "" ? [] : found(input.value, kind);
      list.replaceChildren(...hits.map((hit, number) => make("li", { id: `${id}-${number}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); choose(hit); } },
        make("b", {}, M.full(hit.area)), ` ${hit.area.kind === "county" ? "" : "city "}${hit.area.geoid}`, hit.note ? make("small", {}, ` (${hit.note})`) : "",
        hit.area.to < M.kept.start.years[1] ? make("small", {}, ` (until ${hit.area.to})`) : "")));
      list.hidden = !hits.length;
      input.setAttribute("aria-expanded", String(Boolean(hits.length)));
      at = -1;
      said.textContent = near === "" ? "Near which place? Type its name or code." : near ? nearSaid(nearby, near) : !input.value.trim() ? "" : hits.length ? `${hits.length === 12 ? "The first 12" : hits.length} found` : "Nothing of that name or code in this release. A town or township is found under its county.";
    };
    input.addEventListener("input", () => {
      show();
      if (asked(input.value) && M.kept.start.maps.length && !M.kept.near) M.load("data/near.js").then(show, () => {});
      if (input.value.trim().length > 2 && hits.length < 8 && M.kept.start.elsewhere && !M.kept.elsewhere) M.load("data/elsewhere.js").then(show, () => {});
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && hits.length) { event.preventDefault(); mark((at + 1) % hits.length); }
      else if (event.key === "ArrowUp" && hits.length) { event.preventDefault(); mark((at - 1 + hits.length) % hits.length); }
      else if (event.key === "Enter" && hits.length) { event.preventDefault(); choose(hits[Math.max(at, 0)]); }
      else if (event.key === "Escape") close();
    });
    input.addEventListener("blur", close);
    place.append(make("label", { for: id }, label), make("div", { class: "combo" }, input, list), said);
    return input;
  };
  return { box, found, around, outsideOf };
})();
