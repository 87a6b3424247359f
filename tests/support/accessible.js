// What is wrong with a page for those who hear it, tab through it or see little; an empty list if nothing is.
(() => {
  const wrong = [];
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const name = (node) => node.tagName.toLowerCase() + (node.className && node.className.baseVal === undefined ? "." + node.className : "");
  if (document.documentElement.lang !== "en") wrong.push("no language");
  if (!document.title.trim()) wrong.push("no title");
  for (const place of ["main", "header", "footer", "nav"])
    if (!document.querySelector(place)) wrong.push("no " + place);
  if (all("main").length !== 1 || all("h1").length !== 1) wrong.push("not one main and one h1");
  const skip = document.querySelector("a.skip");
  if (!skip || !document.querySelector(skip.getAttribute("href"))) wrong.push("the skip link leads nowhere");
  if (all("nav").some((nav) => !nav.getAttribute("aria-label"))) wrong.push("a nav without a name");
  let level = 0;
  for (const heading of all("h1,h2,h3,h4,h5,h6")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) wrong.push(`h${own} after h${level}: ${heading.textContent}`);
    if (!heading.textContent.trim()) wrong.push("an empty heading");
    level = own;
  }
  for (const table of all("table")) {
    if (!table.caption || !table.caption.textContent.trim()) wrong.push("a table without caption");
    // Without a scope it heads its column where its row has no data, its row where its column has none.
    const plain = (head) => all("td", head.parentNode).length === 0 ||
      (head.cellIndex === 0 && [...table.rows].every((row) => row.cells[0].tagName === "TH"));
    if (all("th", table).some((head) => !head.getAttribute("scope") && !plain(head))) wrong.push("a th without scope");
    const columns = all("thead th", table).length;
    for (const row of all("tbody tr", table)) {
      const cells = [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
      if (cells !== columns) wrong.push(`${cells} cells under ${columns} heads: ${row.textContent.slice(0, 60)}`);
      if (!row.querySelector("th")) wrong.push("a row without head");
    }
  }
  for (const drawing of all("svg"))
    if (drawing.getAttribute("role") !== "img" || !drawing.querySelector("title")?.textContent.trim()) wrong.push("a drawing without words");
  for (const place of all("[role=region],[tabindex='0']"))
    if (!place.getAttribute("aria-label")) wrong.push("a region without a name");
  for (const link of all("a")) if (!link.textContent.trim()) wrong.push("a link without words");
  const ids = all("[id]").map((node) => node.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id twice");

  // Contrast by WCAG: 4.5 for text. Colours that are not opaque do not occur in the style sheet.
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = channels(colour).map((part) => ((part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const seen = new Set();
  for (const node of all("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest("svg,script,style")) continue;
    const colours = [getComputedStyle(node).color, behind(node)];
    if (seen.has(colours.join())) continue;
    seen.add(colours.join());
    const [one, other] = colours.map(light).sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) wrong.push(`contrast of ${name(node)}: ${colours.join(" on ")}`);
  }
  if (document.documentElement.scrollWidth > window.innerWidth) wrong.push(`wider than the window: ${document.documentElement.scrollWidth} of ${window.innerWidth}`);
  return [...new Set(wrong)];
})()
