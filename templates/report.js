/* What the web page can do beyond being read: charts that tell their values, a scorecard that sorts and filters.
   Everything here is an addition: without it the page holds the same text. It fetches and stores nothing.
   Order: small parts · charts · scorecard · tables that scroll */
(() => {
  "use strict";

  // ------------------------------------------------------------------ small parts

  const words = (element) => element.textContent.replace(/\s+/g, " ").trim();

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // ----------------------------------------------------------------------- charts
  // The rows of a chart's table say where in the drawing their points lie. A slider over the drawing moves
  // along them: screen readers speak its text as it changes, politely, so the line below needs no live region.

  const chart = (picture) => {
    const drawn = picture.querySelector(".drawn");
    const drawing = drawn && drawn.querySelector("svg");
    const table = picture.querySelector("details.values table");
    const rows = table ? [...table.querySelectorAll("tbody tr[data-x]")] : [];
    if (!drawing || rows.length === 0) return;

    const heads = [...table.querySelectorAll("thead th")].map(words);
    const points = rows.map((row) => {
      const [name, value, ...others] = [...row.cells].map(words);
      const more = others.map((text, place) => {
        const head = heads[place + 2];
        if (text === "–" || head === "Period") return text === "–" ? "" : text;
        if (head === "Variation" || head === "Limits") return text.toLowerCase();
        return `${/\d/.test(head) ? head : head.charAt(0).toLowerCase() + head.slice(1)} ${text}`;  // a period keeps its capital
      }).filter(Boolean);
      return {
        x: Number(row.dataset.x),
        y: row.dataset.y === undefined ? null : Number(row.dataset.y),
        said: `${name}: ${[value === "–" ? "no figure" : value, ...more].join(", ")}`,
      };
    });
    const downwards = points.every((point) => point.y !== null) && points.length > 1 &&
      points.every((point, place) => place === 0 || point.y > points[place - 1].y) && heads[0] === "Stage";

    const line = make("span", { class: "cursor-line", hidden: "" });
    const ring = make("span", { class: "cursor-ring", hidden: "" });
    const first = heads[0] === "Area" || downwards ? 0 : points.length - 1;
    const slider = make("div", {
      class: "cursor", role: "slider", tabindex: "0", "aria-orientation": downwards ? "vertical" : "horizontal",
      "aria-label": `Values of ${words(table.caption)}`, "aria-valuemin": "1", "aria-valuemax": String(points.length),
      "aria-valuenow": String(first + 1), "aria-valuetext": points[first].said,
    }, line, ring);
    const hint = "Point at the chart or use the arrow keys to read it.";
    const readout = make("p", { class: "readout" }, hint);
    let at = first;

    const show = (place) => {
      at = Math.min(Math.max(place, 0), points.length - 1);
      const { x, y, said } = points[at];
      line.hidden = downwards;
      line.style.left = `${x}%`;
      ring.hidden = y === null;
      if (y !== null) Object.assign(ring.style, { left: `${x}%`, top: `${y}%` });
      slider.setAttribute("aria-valuenow", String(at + 1));
      slider.setAttribute("aria-valuetext", said);
      readout.textContent = said;
    };
    const rest = () => {
      line.hidden = ring.hidden = true;
      readout.textContent = hint;
    };
    // Panels and funnels fill the plane; all else is read along one axis.
    const plane = heads[0] === "Measure and period" || heads.includes("Limits");
    const nearest = (event) => {
      const box = slider.getBoundingClientRect();
      if (plane) {
        const away = points.map(({ x, y }) => (y === null ? Infinity
          : Math.hypot(x * box.width / 100 - (event.clientX - box.left), y * box.height / 100 - (event.clientY - box.top))));
        show(away.indexOf(Math.min(...away)));
        return;
      }
      const here = downwards ? (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width;
      const away = points.map((point) => Math.abs((downwards ? point.y : point.x) - 100 * here));
      show(away.indexOf(Math.min(...away)));
    };
    // Neighbours in a dot plot stand in the table by value; along the axis keys follow the axis.
    const along = points.map((_, place) => place);
    if (heads[0] === "Area") along.sort((a, b) => points[a].x - points[b].x || a - b);
    const step = (by) => show(along[Math.min(Math.max(along.indexOf(at) + by, 0), along.length - 1)]);
    const keys = {
      ArrowRight: () => step(1), ArrowLeft: () => step(-1),
      ArrowDown: () => step(downwards ? 1 : -1), ArrowUp: () => step(downwards ? -1 : 1),
      Home: () => show(along[0]), End: () => show(along[along.length - 1]), Escape: rest,
    };
    slider.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
      keys[event.key]();
      event.preventDefault();
    });
    slider.addEventListener("focus", () => show(at));
    slider.addEventListener("blur", rest);
    slider.addEventListener("pointermove", nearest);
    slider.addEventListener("pointerdown", nearest);
    slider.addEventListener("pointerleave", () => (document.activeElement === slider ? show(at) : rest()));

    const stage = make("div", { class: "stage" });
    drawing.replaceWith(stage);
    stage.append(drawing, slider);
    drawn.removeAttribute("tabindex"); // the slider inside takes the keyboard, and scrolls with it
    drawn.after(readout);
  };

  // -------------------------------------------------------------------- scorecard

  const ORDER = {
    state: ["off-target", "near-target", "on-target", "information", "too-few"],
    moved: ["concerning", "unusually-high", "unusually-low", "improving", "usual", "none"],
  };

  const scorecard = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const bodies = [...table.tBodies];
    const column = Object.fromEntries(["measure", "state", "moved"].map((name) => [
      name, heads.findIndex((head) => head.classList.contains(name)),
    ]));
    const kind = (cell, prefix) => {
      const tag = cell.querySelector(`.${prefix}`);
      const name = tag && [...tag.classList].find((held) => held.startsWith(`${prefix}-`));
      return { name: name ? name.slice(prefix.length + 1) : "none", word: tag ? words(tag) : "" };
    };
    const rows = bodies.flatMap((body) => {
      const section = words(body.rows[0].cells[0]);
      return [...body.rows].slice(1).map((row) => {
        row.cells[0].append(make("span", { class: "second of-section" }, section));
        return {
          row, body, section,
          status: kind(row.cells[column.state], "tag"),
          variation: kind(row.cells[column.moved], "variation"),
          text: words(row).toLowerCase(),
        };
      });
    });
    let sorted = null; // {place, down}

    // What a column is sorted by; null (suppressed, not applicable) always comes last.
    const key = (one, place) => {
      if (place === column.measure) return words(one.row.cells[place].querySelector("a") || one.row.cells[place]);
      if (place === column.state) return ORDER.state.indexOf(one.status.name);
      if (place === column.moved) return ORDER.moved.indexOf(one.variation.name);
      const found = /[−-]?\d[\d,]*(\.\d+)?/.exec(words(one.row.cells[place]).replace(/\[[^\]]*\]/g, ""));
      return found ? Number(found[0].replace(/,/g, "").replace("−", "-")) : null;
    };
    const compare = (a, b) => {
      const [x, y] = [key(a, sorted.place), key(b, sorted.place)];
      if (x === null || y === null) return (x === null) - (y === null);
      const order = typeof x === "string" ? x.localeCompare(y, "en-GB") : x - y;
      return sorted.down ? -order : order;
    };

    const choice = (label, values) => {
      const select = make("select", {}, make("option", { value: "" }, "All"));
      for (const value of values) select.append(make("option", { value }, value));
      return { label: make("label", {}, make("span", {}, label), select), field: select };
    };
    const ranked = (part, order) => [...new Map(
      rows.map((one) => one[part]).sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
        .map((held) => [held.word, held]),
    ).keys()].filter(Boolean);
    const section = choice("Section", [...new Set(rows.map((one) => one.section))]);
    const status = choice("Status", ranked("status", ORDER.state));
    const variation = choice("Variation", ranked("variation", ORDER.moved));
    const search = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    const reset = make("button", { type: "button" }, "Show all");
    const count = make("p", { class: "count", role: "status" });
    const tools = make("form", { class: "score-tools", role: "search", "aria-label": "Sort and filter the scorecard" },
      section.label, status.label, variation.label,
      make("label", {}, make("span", {}, "Words"), search), reset, count);

    const arrange = () => {
      const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const one of rows) {
        const fits = (!section.field.value || one.section === section.field.value) &&
          (!status.field.value || one.status.word === status.field.value) &&
          (!variation.field.value || one.variation.word === variation.field.value) &&
          wanted.every((word) => one.text.includes(word) || one.section.toLowerCase().includes(word));
        one.row.hidden = !fits;
        shown += fits;
      }
      // Sorted, the measures stand in one list that names each one's section; unsorted, under their sections.
      const list = sorted ? [...rows].sort(compare) : rows;
      for (const one of list) (sorted ? bodies[0] : one.body).append(one.row);
      for (const body of bodies) {
        body.rows[0].hidden = Boolean(sorted) || ![...body.rows].slice(1).some((row) => !row.hidden);
      }
      table.classList.toggle("flat", Boolean(sorted));
      heads.forEach((head, place) => {
        if (!head.querySelector("button")) return;
        const here = sorted && sorted.place === place;
        if (here) head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      });
      const filtered = [section, status, variation].some((held) => held.field.value) || wanted.length > 0;
      reset.setAttribute("aria-disabled", String(!filtered && !sorted));
      const said = `${shown} of ${rows.length} measures shown`;
      if (count.textContent !== said) count.textContent = said;
    };

    heads.forEach((head, place) => {
      if (head.classList.contains("months")) return; // a drawing has no order
      const button = make("button", { type: "button" }, ...head.childNodes);
      button.addEventListener("click", () => {
        const again = sorted && sorted.place === place;
        sorted = again && sorted.down ? null : { place, down: Boolean(again) };
        arrange();
      });
      head.append(button);
    });
    for (const held of [section, status, variation]) held.field.addEventListener("change", arrange);
    search.addEventListener("input", arrange);
    tools.addEventListener("submit", (event) => event.preventDefault());
    reset.addEventListener("click", () => {
      for (const held of [section, status, variation]) held.field.value = "";
      search.value = "";
      sorted = null;
      arrange();
    });
    table.closest(".scroll").before(tools);
    arrange();
  };

  // -------------------------------------------------------- tables that scroll
  // Without scripts every such table is a stop of the Tab key; here only those that have something to scroll.

  const scrolls = (region) => {
    const check = () => {
      if (region.scrollWidth > region.clientWidth + 1) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    };
    new ResizeObserver(check).observe(region);
    check();
  };

  document.querySelectorAll(".picture").forEach(chart);
  document.querySelectorAll("table.score").forEach(scorecard);
  document.querySelectorAll(".scroll").forEach(scrolls);
})();
