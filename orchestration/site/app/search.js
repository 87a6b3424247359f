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
        if (area) other.push({ area, words: bare(`${name} ${area.stateName} ${state}${code}`), name: bare(name), people: -1, note: `${name} is not among the cities: its county` });
      }
    return other;
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

  const box = (place, { label, chosen, kind = null, id }) => {
    const { make } = M;
    const list = make("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true });
    const said = make("p", { class: "m", role: "status" });
    const input = make("input", {
      id, type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false",
      "aria-autocomplete": "list", "aria-controls": `${id}-list`, placeholder: "Tulsa, 40143, Shannon County ...",
    });
    let hits = [], at = -1;
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; };
    const mark = (next) => {
      at = next;
      [...list.children].forEach((node, number) => node.setAttribute("aria-selected", String(number === at)));
      if (at >= 0) { input.setAttribute("aria-activedescendant", `${id}-${at}`); list.children[at].scrollIntoView({ block: "nearest" }); }
    };
    const choose = (hit) => { close(); input.value = ""; said.textContent = ""; chosen(hit.area); };
    const show = () => {
      hits = found(input.value, kind);
      list.replaceChildren(...hits.map((hit, number) => make("li", { id: `${id}-${number}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); choose(hit); } },
        make("b", {}, M.full(hit.area)), ` ${hit.area.kind === "county" ? "" : "city "}${hit.area.geoid}`, hit.note ? make("small", {}, ` (${hit.note})`) : "",
        hit.area.to < M.kept.start.years[1] ? make("small", {}, ` (until ${hit.area.to})`) : "")));
      list.hidden = !hits.length;
      input.setAttribute("aria-expanded", String(Boolean(hits.length)));
      at = -1;
      said.textContent = !input.value.trim() ? "" : hits.length ? `${hits.length === 12 ? "The first 12" : hits.length} found` : "Nothing of that name or code in this release. A town or township is found under its county.";
    };
    input.addEventListener("input", () => {
      show();
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
  return { box, found };
})();
